import type { Context } from './context.ts'
import { approve } from './operations/approve.ts'
import { anchorAudit, exportAudit, readAudit, verifyAudit } from './operations/audit.ts'
import { completeTask } from './operations/complete-task.ts'
import { deny } from './operations/deny.ts'
import { endUserToken } from './operations/end-user-token.ts'
import { evaluate } from './operations/evaluate.ts'
import { exchangeToken } from './operations/exchange-token.ts'
import { introspect } from './operations/introspect.ts'
import { issueAgentToken } from './operations/issue-agent-token.ts'
import { issueUserToken } from './operations/issue-user-token.ts'
import { jwks } from './operations/jwks.ts'
import { listPending } from './operations/list-pending.ts'
import { metadata } from './operations/metadata.ts'
import { openTask } from './operations/open-task.ts'
import { readEvents } from './operations/read-events.ts'
import { readStatus } from './operations/read-status.ts'
import { redeem } from './operations/redeem.ts'
import { requestPermission } from './operations/request-permission.ts'
import { revokeRequest } from './operations/revoke-request.ts'
import { revokeToken } from './operations/revoke-token.ts'
import { type KeyRotation, type RotateKeysInput, rotateKeys } from './operations/rotate-keys.ts'

const bind =
  <I, R>(context: Context, operation: (context: Context, input: I) => R) =>
  (input: I): R =>
    operation(context, input)

/** The verbs, each with what it works on already given. `by` says who calls: `{ agent }` or `{ user }`. */
export const bindOperations = (context: Context) => ({
  openTask: bind(context, openTask),
  completeTask: bind(context, completeTask),
  evaluate: bind(context, evaluate),
  requestPermission: bind(context, requestPermission),
  readStatus: bind(context, readStatus),
  redeem: bind(context, redeem),
  revokeRequest: bind(context, revokeRequest),
  listPending: bind(context, listPending),
  approve: bind(context, approve),
  deny: bind(context, deny),
  issueAgentToken: bind(context, issueAgentToken),
  exchangeToken: bind(context, exchangeToken),
  issueUserToken: bind(context, issueUserToken),
  endUserToken: bind(context, endUserToken),
  introspect: bind(context, introspect),
  revokeToken: bind(context, revokeToken),
  readEvents: bind(context, readEvents),
  metadata: () => metadata(context),
  jwks: () => jwks(context),
  rotateKeys: (input: RotateKeysInput = {}): Promise<KeyRotation> => rotateKeys(context, input),
  anchorAudit: () => anchorAudit(context),
  verifyAudit: () => verifyAudit(context),
  readAudit: (input: { readonly chain?: string } = {}) => readAudit(context, input),
  exportAudit: (input: { readonly chain?: string } = {}) => exportAudit(context, input),
})

export type Operations = ReturnType<typeof bindOperations>
