import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import { notYet } from '../not-yet.ts'

export interface SetPasswordInput {
  readonly by?: Caller
  readonly userId: string
  readonly password: unknown
  readonly current?: unknown
}

export const setPassword = async (_context: Context, _input: SetPasswordInput): Promise<void> =>
  notYet()
