import { auditNotes } from '../audit-notes.ts'
import type { Context } from '../context.ts'
import { OperationError } from '../operation-error.ts'
import { draftToken, type IssuedToken, signToken } from '../tokens.ts'

export interface IssueUserTokenInput {
  readonly userId: string
  /** Seconds. Default: `limits.baseTokenSeconds`, which is also the most. */
  readonly ttlSeconds?: number
  /**
   * `approve` (default): the user's own, which decides if the user has the right. `delegate`: for an agent to
   * exchange (RFC 8693), and good for nothing else.
   */
  readonly purpose?: 'approve' | 'delegate'
  /** How the person proved who they are; kept in the audit. Default `vouched`. */
  readonly method?: string
}

/** A person's token. Whoever calls this vouches that the user is who it says: it is reached by no route. */
export const issueUserToken = async (
  context: Context,
  input: IssueUserTokenInput,
): Promise<IssuedToken> => {
  const user = context.directory.user(input.userId)
  if (!user)
    throw new OperationError('invalid_request', 'The user is not known here.', {
      fix: 'Name a user of the options.',
    })
  const most = context.configuration.limits.baseTokenSeconds
  const { issuer } = context.configuration
  const record = draftToken(
    context,
    { kind: input.purpose === 'delegate' ? 'subject' : 'user', holder: user.id, audience: issuer },
    { seconds: Math.min(input.ttlSeconds ?? most, most) },
  )
  const now = context.clock.now()
  // Before the token: what works is always written down.
  await context.store.appendAudit(
    auditNotes.userTokenIssued(record, now, input.method ?? 'vouched'),
  )
  await context.store.addToken(record, now)
  return signToken(context, record, { sub: user.id, email: user.email })
}
