import type { Context } from '../context.ts'
import type { OpenedSession } from '../human-side.ts'
import { notYet } from '../not-yet.ts'
import type { IssuedToken } from '../tokens.ts'

export interface SignInForTokenInput {
  readonly user: unknown
  readonly password: unknown
  readonly ttlSeconds?: unknown
}

export const signInForToken = async (
  _context: Context,
  _input: SignInForTokenInput,
): Promise<IssuedToken & { readonly user: OpenedSession['user'] }> => notYet()
