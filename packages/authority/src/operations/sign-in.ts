import type { Context } from '../context.ts'
import type { OpenedSession } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface SignInInput {
  readonly user: unknown
  readonly password: unknown
}

export const signIn = async (_context: Context, _input: SignInInput): Promise<OpenedSession> =>
  notYet()
