import type { Context } from '../context.ts'
import type { OpenedSession } from '../human-side.ts'
import { provePassword } from '../passwords.ts'
import { openSession } from './open-session.ts'

export interface SignInInput {
  /** Id or e-mail address. */
  readonly user: unknown
  readonly password: unknown
}

/** A person proves by password who they are, and is signed in. */
export const signIn = async (context: Context, input: SignInInput): Promise<OpenedSession> => {
  const { id } = await provePassword(context, input)
  return openSession(context, { userId: id, method: 'password' })
}
