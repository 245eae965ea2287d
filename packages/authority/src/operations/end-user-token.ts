import { auditNotes } from '../audit-notes.ts'
import { feedTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { readToken } from '../tokens.ts'

/** Signs a person out: whoever holds a user token may end it. True when it works no more. */
export const endUserToken = async (
  context: Context,
  input: { readonly token: string },
): Promise<boolean> => {
  const known = await readToken(context, input.token)
  if (!known?.alive) return true
  const { jti, kind, holder } = known.token
  if (kind !== 'user' && kind !== 'subject') return false
  const won = await context.store.revokeToken(jti, holder, context.clock.now())
  if (won) {
    context.counts.revokedTokens++
    await context.store.appendAudit(auditNotes.userTokenEnded(known.token, context.clock.now()))
    context.changes.notify(feedTopic)
  }
  return won
}
