import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { UserView } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface ListUsersInput {
  readonly by: Caller
}

export const listUsers = async (
  _context: Context,
  _input: ListUsersInput,
): Promise<readonly UserView[]> => notYet()
