import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AgentView } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface ResumeAgentInput {
  readonly by: Caller
  readonly agentId: string
}

export const resumeAgent = async (
  _context: Context,
  _input: ResumeAgentInput,
): Promise<{ readonly agent: AgentView }> => notYet()
