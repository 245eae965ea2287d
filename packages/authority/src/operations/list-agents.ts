import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AgentView } from '../human-side.ts'
import { notYet } from '../not-yet.ts'
import type { Page, PageInput } from '../page.ts'

export interface ListAgentsInput extends PageInput {
  readonly by: Caller
}

export const listAgents = async (
  _context: Context,
  _input: ListAgentsInput,
): Promise<Page<AgentView>> => notYet()
