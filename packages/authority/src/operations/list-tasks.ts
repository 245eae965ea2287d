import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { TaskItem } from '../human-side.ts'
import { notYet } from '../not-yet.ts'
import type { Page, PageInput } from '../page.ts'

export interface ListTasksInput extends PageInput {
  readonly by: Caller
  readonly state?: unknown
  readonly agentId?: unknown
}

export const listTasks = async (
  _context: Context,
  _input: ListTasksInput,
): Promise<Page<TaskItem>> => notYet()
