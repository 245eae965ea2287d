import { agentSlug } from '../agent-slug.ts'
import type { Context } from '../context.ts'
import { actBy, delegationOf } from '../delegation.ts'
import { readText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import { readTarget } from '../target.ts'
import { draftToken, type IssuedToken, type KnownToken, readToken, signToken } from '../tokens.ts'

export interface ExchangeTokenInput {
  /** Of a user, from `issueUserToken`, or itself made by an exchange. */
  readonly subjectToken: string
  /** The acting agent's own token; not needed where the agent has authenticated. */
  readonly actorToken?: string | undefined
  /** The agent that authenticated at the endpoint. */
  readonly agentId?: string | undefined
  readonly scope?: unknown
  /** RFC 8707. With it the token is good at that resource and refused everywhere here. */
  readonly resource?: unknown
}

export interface ExchangedToken extends IssuedToken {
  readonly scope?: string
}

const words = (text: unknown): string[] =>
  typeof text === 'string' ? text.split(' ').filter((word) => word !== '') : []

const invalidGrant = (message: string, fix?: string) =>
  new OperationError('invalid_grant', message, fix === undefined ? {} : { fix })

/**
 * RFC 8693, contract §8: a token with which an agent acts for a user. Never wider than either; it lives
 * no longer than the user's token and dies with it.
 */
export const exchangeToken = async (
  context: Context,
  input: ExchangeTokenInput,
): Promise<ExchangedToken> => {
  const agent = await context.directory.agent(await actingAgent(context, input))
  if (!agent) throw new OperationError('invalid_client', 'The acting client is no agent.')
  // Counted at the endpoint when the agent has authenticated there.
  if (input.agentId === undefined) context.rateLimits.count('token', agent.id)
  if (!agent.actsForUsers)
    throw new OperationError('delegation_not_allowed', 'The agent may not act for users.')
  const subject = await readToken(context, input.subjectToken)
  if (!subject?.alive || subject.token.audience !== context.configuration.issuer)
    throw invalidGrant('The subject token is unknown, expired or revoked.')
  const before = delegationOf(subject)
  const userId = before?.subject ?? subject.token.holder
  const user = context.directory.user(userId)
  if (!user || (!before && subject.token.kind !== 'subject' && subject.token.kind !== 'user'))
    throw invalidGrant('The subject token is not of a user.')
  if (subject.token.kind === 'user' && user.rights.includes('jit.approve'))
    throw invalidGrant(
      'The subject token could approve what the agent asks.',
      'Hand agents a token issued for `delegate`, never one that decides.',
    )

  const upper = words(before ? subject.claims.scope : user.scope)
  const allowed = words(agent.scope).filter((word) => upper.includes(word))
  const asked = words(readText('scope', input.scope, 1000))
  if (asked.some((word) => !allowed.includes(word)))
    throw new OperationError('invalid_scope', 'The user or the agent may not have this scope.')
  const scope = (asked.length === 0 ? allowed : asked).join(' ')

  const act = actBy(`agent:${agentSlug(agent.id)}`, before?.act)
  const audience = readTarget(context, input.resource)
  const record = draftToken(
    context,
    {
      kind: audience === undefined ? 'agent' : 'resource',
      holder: agent.id,
      audience: audience ?? context.configuration.issuer,
      root: before?.root ?? subject.token.jti,
    },
    {
      seconds: context.configuration.limits.baseTokenSeconds,
      notAfter: subject.token.expiresAt,
    },
  )
  const kept = await context.store.addToken(record, context.clock.now())
  if (!kept) throw new OperationError('invalid_client', 'The agent is suspended.')
  const told = scope === '' ? {} : { scope }
  const issued = await signToken(context, record, {
    sub: userId,
    act,
    agent_id: agent.id,
    ...told,
  })
  return { ...issued, ...told }
}

/** Who acts: by its own token, by its credentials, or by both when they agree. */
const actingAgent = async (
  context: Context,
  { actorToken, agentId }: ExchangeTokenInput,
): Promise<string> => {
  if (actorToken === undefined) {
    if (agentId === undefined)
      throw new OperationError('invalid_request', 'Nothing says which agent acts.', {
        fix: 'Send `actor_token`, or authenticate as the agent.',
      })
    return agentId
  }
  const actor: KnownToken | undefined = await readToken(context, actorToken)
  const own =
    actor?.alive && actor.token.kind === 'agent' && actor.token.root === undefined && actor.token
  if (!own) throw invalidGrant('The actor token is no living token of an agent.')
  if (agentId !== undefined && agentId !== own.holder)
    throw invalidGrant('The actor token is of another agent than the one that authenticated.')
  return own.holder
}
