import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { UserView } from '../human-side.ts'
import { requireRight } from '../rights.ts'

export interface ListUsersInput {
  readonly by: Caller
}

/** The users of the options, in their order. */
export const listUsers = async (
  context: Context,
  input: ListUsersInput,
): Promise<readonly UserView[]> => {
  requireRight(context, input.by, ['jit.admin'])
  const set = new Set(await context.store.usersWithPassword())
  return context.directory.users().map(({ id, email, rights, passwordHash }) => ({
    id,
    email,
    rights,
    hasPassword: passwordHash !== undefined || set.has(id),
  }))
}
