import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AgentView } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface CreateAgentInput {
  readonly by: Caller
  readonly agentId: unknown
  readonly name?: unknown
  readonly scope?: unknown
  readonly actsForUsers?: unknown
}

export const createAgent = async (
  _context: Context,
  _input: CreateAgentInput,
): Promise<{ readonly agent: AgentView; readonly secret: string }> => notYet()
