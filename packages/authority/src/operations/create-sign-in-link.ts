import type { Context } from '../context.ts'
import { hashOf, newSecret } from '../sessions.ts'
import { requireUser } from '../users.ts'

export interface CreateSignInLinkInput {
  readonly userId: string
}

export interface SignInLink {
  /** Goes into a link, behind its `#`: servers and their logs never see it there. */
  readonly code: string
  /** Milliseconds. */
  readonly expiresAt: number
}

const LIVES_MS = 10 * 60_000

/** A way in for one person, once, within ten minutes. Whoever calls this vouches for them: it is reached by no route. */
export const createSignInLink = async (
  context: Context,
  input: CreateSignInLinkInput,
): Promise<SignInLink> => {
  const { id: userId } = requireUser(context, input.userId)
  const now = context.clock.now()
  const code = newSecret()
  const expiresAt = now + LIVES_MS
  await context.store.addLink({ hash: hashOf(code), userId, expiresAt }, now)
  return { code, expiresAt }
}
