import type { Context } from './context.ts'
import { approve } from './operations/approve.ts'
import {
  type AuditInput,
  anchorAudit,
  exportAudit,
  readAudit,
  verifyAudit,
} from './operations/audit.ts'
import { completeTask } from './operations/complete-task.ts'
import { createAgent } from './operations/create-agent.ts'
import { createSignInLink } from './operations/create-sign-in-link.ts'
import { deny } from './operations/deny.ts'
import { endSession } from './operations/end-session.ts'
import { endTask } from './operations/end-task.ts'
import { endUserToken } from './operations/end-user-token.ts'
import { evaluate } from './operations/evaluate.ts'
import { exchangeToken } from './operations/exchange-token.ts'
import { introspect } from './operations/introspect.ts'
import { issueAgentToken } from './operations/issue-agent-token.ts'
import { issueUserToken } from './operations/issue-user-token.ts'
import { jwks } from './operations/jwks.ts'
import { listAgents } from './operations/list-agents.ts'
import { listDeliveries } from './operations/list-deliveries.ts'
import { listGrants } from './operations/list-grants.ts'
import { listPending } from './operations/list-pending.ts'
import { listTasks } from './operations/list-tasks.ts'
import { listUsers } from './operations/list-users.ts'
import { listWebhooks } from './operations/list-webhooks.ts'
import { metadata } from './operations/metadata.ts'
import { openSession } from './operations/open-session.ts'
import { openTask } from './operations/open-task.ts'
import { readEvents } from './operations/read-events.ts'
import { readRequest } from './operations/read-request.ts'
import { readSession } from './operations/read-session.ts'
import { readStatus } from './operations/read-status.ts'
import { readTask } from './operations/read-task.ts'
import { redeem } from './operations/redeem.ts'
import { redeemSignInLink } from './operations/redeem-sign-in-link.ts'
import { requestPermission } from './operations/request-permission.ts'
import { resumeAgent } from './operations/resume-agent.ts'
import { retryDelivery } from './operations/retry-delivery.ts'
import { revokeRequest } from './operations/revoke-request.ts'
import { revokeToken } from './operations/revoke-token.ts'
import { rotateAgent } from './operations/rotate-agent.ts'
import { type KeyRotation, type RotateKeysInput, rotateKeys } from './operations/rotate-keys.ts'
import { searchAudit } from './operations/search-audit.ts'
import { setPassword } from './operations/set-password.ts'
import { signIn } from './operations/sign-in.ts'
import { signInForToken } from './operations/sign-in-for-token.ts'
import { suspendAgent } from './operations/suspend-agent.ts'
import { tryRules } from './operations/try-rules.ts'
import { watchHumanSide } from './operations/watch-human-side.ts'

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
  readRequest: bind(context, readRequest),
  listTasks: bind(context, listTasks),
  readTask: bind(context, readTask),
  endTask: bind(context, endTask),
  listGrants: bind(context, listGrants),
  searchAudit: bind(context, searchAudit),
  tryRules: bind(context, tryRules),
  listAgents: bind(context, listAgents),
  createAgent: bind(context, createAgent),
  rotateAgent: bind(context, rotateAgent),
  suspendAgent: bind(context, suspendAgent),
  resumeAgent: bind(context, resumeAgent),
  listUsers: bind(context, listUsers),
  setPassword: bind(context, setPassword),
  signIn: bind(context, signIn),
  redeemSignInLink: bind(context, redeemSignInLink),
  createSignInLink: bind(context, createSignInLink),
  openSession: bind(context, openSession),
  readSession: bind(context, readSession),
  endSession: bind(context, endSession),
  signInForToken: bind(context, signInForToken),
  listWebhooks: bind(context, listWebhooks),
  listDeliveries: bind(context, listDeliveries),
  retryDelivery: bind(context, retryDelivery),
  watchHumanSide: bind(context, watchHumanSide),
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
  verifyAudit: (input: AuditInput = {}) => verifyAudit(context, input),
  readAudit: (input: AuditInput & { readonly chain?: string } = {}) => readAudit(context, input),
  exportAudit: (input: AuditInput & { readonly chain?: string } = {}) =>
    exportAudit(context, input),
})

export type Operations = ReturnType<typeof bindOperations>
