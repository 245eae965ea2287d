import type { Caller } from './caller.ts'
import type { Context } from './context.ts'
import type { User } from './directory.ts'
import { OperationError } from './operation-error.ts'

/** `jit.approve`: decides. `jit.audit`: reads. `jit.admin`: administers agents and users, and decides nothing. */
export type Right = 'jit.approve' | 'jit.audit' | 'jit.admin'

/** Whoever may do anything here may look. */
export const READERS: readonly Right[] = ['jit.approve', 'jit.audit', 'jit.admin']
/** The whole audit is more than an approver needs: it tells of sign-ins and of agents. */
export const AUDITORS: readonly Right[] = ['jit.audit', 'jit.admin']

/** A user who has one of these rights; never an agent. */
export const requireRight = (context: Context, by: Caller, rights: readonly Right[]): User => {
  const user = 'user' in by ? context.directory.user(by.user) : undefined
  if (user && rights.some((right) => user.rights.includes(right))) return user
  throw new OperationError(
    'permission_denied',
    `This needs a user with the right ${rights.join(' or ')}.`,
    { fix: "Add it to the user's `rights`, or let somebody who has it do this." },
  )
}
