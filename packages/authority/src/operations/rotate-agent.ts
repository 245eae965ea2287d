import { findAgent, newAgentSecret, viewAgent } from '../agents.ts'
import type { Caller } from '../caller.ts'
import { feedTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { OperationError } from '../operation-error.ts'
import { requireRight } from '../rights.ts'
import { hashSecret } from '../secret-hash.ts'
import type { AgentSecret } from './create-agent.ts'

export interface RotateAgentInput {
  readonly by: Caller
  readonly agentId: string
  /** Milliseconds the secret before works too. Default 24 hours; at most 30 days. */
  readonly overlapMs?: unknown
  /** The secret before is in wrong hands: it works no more, and every token of the agent is dead. */
  readonly compromised?: unknown
}

export interface RotatedAgent extends AgentSecret {
  /** Milliseconds. */
  readonly oldWorksUntil: number
}

const DAY_MS = 24 * 3_600_000

/** Another secret for an agent, of the options too: from now on the store's counts, whatever the options say. */
export const rotateAgent = async (
  context: Context,
  input: RotateAgentInput,
): Promise<RotatedAgent> => {
  const user = requireRight(context, input.by, ['jit.admin'])
  const { overlapMs = DAY_MS, compromised = false } = input
  if (!Number.isSafeInteger(overlapMs) || (overlapMs as number) < 0)
    throw new OperationError('invalid_request', 'The overlap is no time.', {
      fix: 'Give whole seconds from 0 to 30 days.',
    })
  if (typeof compromised !== 'boolean')
    throw new OperationError('invalid_request', '`compromised` is neither true nor false.')
  const known = await findAgent(context, input.agentId)
  const at = context.clock.now()
  const overlap = compromised ? 0 : Math.min(overlapMs as number, 30 * DAY_MS)
  const secret = newAgentSecret()
  const { agent = known, killed } = await context.store.rotateAgent(known, {
    at,
    by: `user:${user.id}`,
    secretHash: await hashSecret(secret),
    previousUntil: at + overlap,
    kill: compromised,
  })
  context.counts.revokedTokens += killed
  if (killed > 0) context.changes.notify(feedTopic)
  context.changes.tell({ kind: 'agent', agentId: known.id })
  return { agent: viewAgent(context, known.id, agent), secret, oldWorksUntil: at + overlap }
}
