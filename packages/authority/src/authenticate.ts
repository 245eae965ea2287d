import type { Caller } from './caller.ts'
import type { Context } from './context.ts'
import { delegationOf } from './delegation.ts'
import { OperationError } from './operation-error.ts'
import { readToken } from './tokens.ts'

/**
 * Who holds this bearer token. Tokens for a resource are refused whatever they could do there: a
 * resource that was sent one must not become the agent. A granted token gets as far as the operation.
 */
export const authenticateBearer = async (
  context: Context,
  bearer: string | undefined,
): Promise<Caller> => {
  const known = bearer === undefined ? undefined : await readToken(context, bearer)
  if (known?.alive) {
    const { kind, holder, taskId, audience } = known.token
    const person = kind === 'user' || kind === 'subject'
    const agent = person ? undefined : await context.directory.agent(holder)
    const acts = agent !== undefined && !agent.suspended
    if (kind === 'jit' && taskId !== undefined && acts) return { agent: holder, grantOf: taskId }
    if (audience === context.configuration.issuer) {
      if (kind === 'agent' && acts) {
        const delegation = delegationOf(known)
        return { agent: holder, ...(delegation && { delegation }) }
      }
      if (kind === 'user' && context.directory.user(holder)) return { user: holder }
    }
  }
  throw new OperationError('invalid_token', 'The token is missing, unknown, expired or revoked.', {
    fix: "Get the agent's own token at the token endpoint, without `resource`.",
  })
}
