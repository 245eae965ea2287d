import type { Context } from './context.ts'
import type { User } from './directory.ts'
import { OperationError } from './operation-error.ts'
import type { StoredTask } from './records.ts'

/** Contract 15.12: who gains by a permission does not give it, unless the options say so. */
export const requireNotSelf = (context: Context, user: User, task: StoredTask): void => {
  const same = task.onBehalfOf?.toLowerCase() === user.email.toLowerCase()
  if (same && !context.configuration.selfApproval)
    throw new OperationError(
      'permission_denied',
      'The task is done for this user, so somebody else has to approve.',
      { fix: 'Let another user approve, or set `selfApproval`.' },
    )
}
