import type { PendingApproval } from '@lumojit/core'
import {
  CLIENT_CAPABILITIES_META_KEY,
  inputResponse,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { anyOf } from './any-of.ts'
import { goneSignal } from './disconnects.ts'
import type { PendingHandling, RunOf } from './options.ts'
import { principalOf, runOf } from './principal.ts'
import { type Kept, keptOf } from './request-state.ts'

/** One `tools/call`, and what its client can do while a person decides. */
export interface Caller extends RunOf {
  readonly context: ServerContext
  readonly signal: AbortSignal
  readonly kept: Kept | undefined
  /** Whether the approval page is shown in the client's own way, instead of waiting here. */
  shows(approval: PendingApproval): boolean
  /** Whether this call is held open for the decision at all. */
  waits(approval: PendingApproval): boolean
  /** Absent where the client wants to hear nothing. */
  readonly progress: ((said: string) => Promise<void>) | undefined
}

/** The first page that is shown; more of one call have a number. */
export const APPROVAL = 'approval'

export async function readCall(
  server: McpServer,
  context: ServerContext,
  codec: RequestStateCodec<Kept>,
  pending: PendingHandling,
): Promise<Caller> {
  const { mcpReq } = context
  const kept = await keptOf(codec, context)
  const answer = inputResponse(mcpReq.inputResponses, APPROVAL)
  const answered = answer.kind === 'elicit' ? answer.action : undefined
  const mayShow = pending === 'auto' || pending === 'elicit'
  const shows = ({ requests }: PendingApproval) =>
    mayShow &&
    answered === undefined &&
    kept === undefined &&
    requests.length > 0 &&
    requests.every(({ approvalUrl }) => approvalUrl !== undefined) &&
    elicitsUrls(server, context)
  return {
    context,
    principal: principalOf(context),
    run: runOf(context),
    signal: anyOf(mcpReq.signal, goneSignal(context.http?.req)),
    kept,
    shows,
    waits: (approval) => {
      // To agree to look at the page is not to approve, and not to look is not to deny.
      if (answered !== undefined) return answered === 'accept'
      if (shows(approval) || pending === 'result') return false
      return pending !== 'elicit' || kept !== undefined
    },
    progress: progressOf(context),
  }
}

/** Of this request where the protocol says so with each (2026-07-28), else of the session. */
function elicitsUrls(server: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Readonly<Record<string, unknown>> | undefined
  const said = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities()
  const { elicitation } = Object(said) as { elicitation?: { url?: unknown } }
  return elicitation?.url !== undefined
}

function progressOf({ mcpReq }: ServerContext): Caller['progress'] {
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken === undefined) return undefined
  let progress = 0
  return async (message) => {
    progress += 1
    const params = { progressToken, progress, message }
    await mcpReq.notify({ method: 'notifications/progress', params })
  }
}
