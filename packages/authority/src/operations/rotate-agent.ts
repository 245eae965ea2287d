import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AgentView } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface RotateAgentInput {
  readonly by: Caller
  readonly agentId: string
  readonly overlapMs?: unknown
  readonly compromised?: unknown
}

export const rotateAgent = async (
  _context: Context,
  _input: RotateAgentInput,
): Promise<{
  readonly agent: AgentView
  readonly secret: string
  readonly oldWorksUntil: number
}> => notYet()
