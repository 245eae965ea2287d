import { auditNotes } from '../audit-notes.ts'
import type { Context } from '../context.ts'
import type { OpenedSession } from '../human-side.ts'
import { requireText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import { draftSession, hashOf, openedSession } from '../sessions.ts'

export interface RedeemSignInLinkInput {
  readonly code: unknown
}

/** The code of a link signs its person in, and is used up by it. */
export const redeemSignInLink = async (
  context: Context,
  input: RedeemSignInLinkInput,
): Promise<OpenedSession> => {
  const code = requireText('code', input.code, 255)
  const { secret, session } = draftSession(context, 'link')
  const opened = await context.store.redeemLink(hashOf(code), session)
  const user = opened && context.directory.user(opened.userId)
  if (user) return openedSession(user, secret, session)
  // A right link always works; wrong ones are bounded, for each leaves an entry.
  context.rateLimits.count('allSignIns', '')
  await context.store.appendAudit(auditNotes.signInRefused(undefined, context.clock.now()))
  throw new OperationError('invalid_credentials', 'The link was used before, or is too old.', {
    fix: 'Ask whoever runs the authority for another one.',
  })
}
