import type { Context } from './context.ts'
import type { User } from './directory.ts'
import { OperationError } from './operation-error.ts'
import type { StoredTask } from './records.ts'

/** Whether the task is done for this user: by its token, or by the label. */
export const isSelf = (user: User, task: StoredTask): boolean =>
  task.subject === user.id || task.onBehalfOf?.toLowerCase() === user.email.toLowerCase()

/** Contract 15.12: who gains by a permission does not give it, unless the options say so. */
export const requireNotSelf = (context: Context, user: User, task: StoredTask): void => {
  if (isSelf(user, task) && !context.configuration.selfApproval)
    throw new OperationError(
      'permission_denied',
      'The task is done for this user, so somebody else has to approve.',
      { fix: 'Let another user approve, or set `selfApproval`.' },
    )
}
