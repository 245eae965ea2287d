import { agentSlug } from '../agent-slug.ts'
import type { Context } from '../context.ts'
import { readText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import { readTarget } from '../target.ts'
import { draftToken, type IssuedToken, signToken } from '../tokens.ts'

export interface IssueAgentTokenInput {
  readonly agentId: string
  /** Space separated; default and upper bound: what the agent is registered with. */
  readonly scope?: unknown
  /** RFC 8707. With it the token is good at that resource and refused everywhere here. */
  readonly resource?: unknown
}

export interface AgentToken extends IssuedToken {
  readonly scope?: string
}

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

/** RFC 6749 §4.4. */
export const issueAgentToken = async (
  context: Context,
  input: IssueAgentTokenInput,
): Promise<AgentToken> => {
  const agent = await context.directory.agent(input.agentId)
  if (!agent) throw new OperationError('invalid_client', 'The client is no agent.')
  const allowed = words(agent.scope ?? '')
  const asked = words(readText('scope', input.scope, 1000) ?? '')
  if (asked.some((word) => !allowed.includes(word)))
    throw new OperationError('invalid_scope', 'The agent may not have this scope.', {
      fix: 'Register the scope with the agent, or ask for none.',
    })
  const audience = readTarget(context, input.resource)
  const record = draftToken(
    context,
    {
      kind: audience === undefined ? 'agent' : 'resource',
      holder: agent.id,
      audience: audience ?? context.configuration.issuer,
    },
    { seconds: context.configuration.limits.baseTokenSeconds },
  )
  const kept = await context.store.addToken(record, context.clock.now())
  if (!kept) throw new OperationError('invalid_client', 'The agent is suspended.')
  const granted = (asked.length === 0 ? allowed : asked).join(' ')
  const scope = granted === '' ? {} : { scope: granted }
  const issued = await signToken(context, record, {
    sub: `agent:${agentSlug(agent.id)}`,
    agent_id: agent.id,
    ...scope,
  })
  return { ...issued, ...scope }
}
