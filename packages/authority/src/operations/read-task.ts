import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { TaskReading } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface ReadTaskInput {
  readonly by: Caller
  readonly taskId: string
}

export const readTask = async (_context: Context, _input: ReadTaskInput): Promise<TaskReading> =>
  notYet()
