import { findAgent, viewAgent } from '../agents.ts'
import type { Caller } from '../caller.ts'
import { agentTopic, feedTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import type { AgentView } from '../human-side.ts'
import { readText } from '../input.ts'
import { requireRight } from '../rights.ts'

export interface SuspendAgentInput {
  readonly by: Caller
  readonly agentId: string
  /** Internal; kept in the audit. */
  readonly reason?: unknown
}

export interface AgentSuspension {
  readonly agent: AgentView
  /** Tokens that lived until now. */
  readonly revoked: number
}

/** Every token of the agent is dead when this returns, and it gets no other until it is resumed. Idempotent. */
export const suspendAgent = async (
  context: Context,
  input: SuspendAgentInput,
): Promise<AgentSuspension> => {
  const user = requireRight(context, input.by, ['jit.admin'])
  const reason = readText('reason', input.reason, 4000)
  const known = await findAgent(context, input.agentId)
  const { won, agent, killed } = await context.store.suspendAgent(known, {
    at: context.clock.now(),
    by: `user:${user.id}`,
    ...(reason !== undefined && { reason }),
  })
  if (won) {
    context.counts.revokedTokens += killed
    context.changes.notify(feedTopic, agentTopic(known.id))
    context.changes.tell({ kind: 'agent', agentId: known.id })
  }
  return { agent: viewAgent(context, known.id, agent), revoked: killed }
}
