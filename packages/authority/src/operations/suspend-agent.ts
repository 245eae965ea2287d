import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AgentView } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface SuspendAgentInput {
  readonly by: Caller
  readonly agentId: string
  readonly reason?: unknown
}

export const suspendAgent = async (
  _context: Context,
  _input: SuspendAgentInput,
): Promise<{ readonly agent: AgentView; readonly revoked: number }> => notYet()
