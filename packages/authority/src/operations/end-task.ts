import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import { notYet } from '../not-yet.ts'

export interface EndTaskInput {
  readonly by: Caller
  readonly taskId: string
  readonly reason?: unknown
}

export const endTask = async (
  _context: Context,
  _input: EndTaskInput,
): Promise<{ readonly taskId: string; readonly endedAt: number; readonly revoked: number }> =>
  notYet()
