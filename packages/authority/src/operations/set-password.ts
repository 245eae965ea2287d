import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import { readText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import { passwordHashOf, provePassword } from '../passwords.ts'
import { requireRight } from '../rights.ts'
import { hashSecret } from '../secret-hash.ts'
import { requireUser } from '../users.ts'

export interface SetPasswordInput {
  /** Absent: whoever runs the authority. */
  readonly by?: Caller
  readonly userId: string
  /** 12 to 256 characters. */
  readonly password: unknown
  /** The one until now; a user's own needs it, once there is one. */
  readonly current?: unknown
}

/** Sets a password, one's own or (jit.admin) another's, and ends every session of that user. */
export const setPassword = async (context: Context, input: SetPasswordInput): Promise<void> => {
  const { by, userId } = input
  const own = by !== undefined && 'user' in by && by.user === userId
  if (by && !own) requireRight(context, by, ['jit.admin'])
  const user = requireUser(context, userId)
  const password = readText('password', input.password, 256) ?? ''
  if ([...password].length < 12)
    throw new OperationError('invalid_request', 'The password is too short.', {
      fix: 'Use 12 to 256 characters; several words make a good one.',
    })
  if (own && (await passwordHashOf(context, user)) !== undefined)
    await provePassword(context, { user: user.id, password: input.current })
  const hash = await hashSecret(password)
  const who = by && 'user' in by ? `user:${by.user}` : 'authority'
  await context.store.setPassword(user.id, { hash, at: context.clock.now(), by: who })
}
