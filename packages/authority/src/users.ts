import type { Context } from './context.ts'
import type { User } from './directory.ts'
import { OperationError } from './operation-error.ts'

export const requireUser = (context: Context, id: string): User => {
  const user = context.directory.user(id)
  if (!user)
    throw new OperationError('user_not_found', 'The user is not known here.', {
      fix: 'Name a user of the options.',
    })
  return user
}
