import type { Context } from '../context.ts'
import type { OpenedSession } from '../human-side.ts'
import { draftSession, openedSession } from '../sessions.ts'
import { requireUser } from '../users.ts'

export interface OpenSessionInput {
  readonly userId: string
  /** How the person proved who they are; kept in the audit. */
  readonly method: string
}

/**
 * Signs a person in. Whoever calls this vouches for who it is, so it is reached by no route: another way
 * of proving it (OpenID Connect) ends here, as passwords do.
 */
export const openSession = async (
  context: Context,
  input: OpenSessionInput,
): Promise<OpenedSession> => {
  const user = requireUser(context, input.userId)
  const { secret, session } = draftSession(context, input.method)
  await context.store.openSession({ ...session, userId: user.id })
  return openedSession(user, secret, session)
}
