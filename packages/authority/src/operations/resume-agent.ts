import { findAgent, viewAgent } from '../agents.ts'
import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AgentView } from '../human-side.ts'
import { requireRight } from '../rights.ts'

export interface ResumeAgentInput {
  readonly by: Caller
  readonly agentId: string
}

/** The agent may fetch tokens again; those it had stay dead. Idempotent. */
export const resumeAgent = async (
  context: Context,
  input: ResumeAgentInput,
): Promise<{ readonly agent: AgentView }> => {
  const user = requireRight(context, input.by, ['jit.admin'])
  const known = await findAgent(context, input.agentId)
  const change = { at: context.clock.now(), by: `user:${user.id}` }
  const { won, agent } = await context.store.resumeAgent(known.id, change)
  if (won) context.changes.tell({ kind: 'agent', agentId: known.id })
  return { agent: viewAgent(context, known.id, agent) }
}
