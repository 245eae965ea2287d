import type { Context } from '../context.ts'
import type { OpenedSession } from '../human-side.ts'
import { OperationError } from '../operation-error.ts'
import { provePassword } from '../passwords.ts'
import { tellUser } from '../sessions.ts'
import type { IssuedToken } from '../tokens.ts'
import { issueUserToken } from './issue-user-token.ts'

export interface SignInForTokenInput {
  /** Id or e-mail address. */
  readonly user: unknown
  readonly password: unknown
  /** Seconds; at most, and by default, `limits.baseTokenSeconds`. */
  readonly ttlSeconds?: unknown
}

/** A person proves by password who they are, and gets a token for a program of theirs. */
export const signInForToken = async (
  context: Context,
  input: SignInForTokenInput,
): Promise<IssuedToken & { readonly user: OpenedSession['user'] }> => {
  const { ttlSeconds } = input
  const wish = ttlSeconds === undefined || ttlSeconds === null ? undefined : Number(ttlSeconds)
  if (wish !== undefined && (!Number.isSafeInteger(wish) || wish <= 0))
    throw new OperationError('invalid_request', '`ttl` is no positive whole number.')
  const user = await provePassword(context, input)
  const lifetime = wish === undefined ? {} : { ttlSeconds: wish }
  const token = await issueUserToken(context, { userId: user.id, ...lifetime, method: 'password' })
  return { ...token, user: tellUser(user) }
}
