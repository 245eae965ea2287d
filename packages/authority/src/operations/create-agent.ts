import { agentSlug } from '../agent-slug.ts'
import { newAgentSecret, viewAgent } from '../agents.ts'
import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AgentView } from '../human-side.ts'
import { readText, requireText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import type { StoredAgent } from '../records.ts'
import { requireRight } from '../rights.ts'
import { hashSecret } from '../secret-hash.ts'

export interface CreateAgentInput {
  readonly by: Caller
  /** Also its OAuth `client_id`: letters, digits, dots, dashes, underscores. */
  readonly agentId: unknown
  readonly name?: unknown
  readonly scope?: unknown
  /** Default true. */
  readonly actsForUsers?: unknown
}

export interface AgentSecret {
  readonly agent: AgentView
  /** Told this once; only its hash is kept. */
  readonly secret: string
}

/** Another agent, from now on. */
export const createAgent = async (
  context: Context,
  input: CreateAgentInput,
): Promise<AgentSecret> => {
  const user = requireRight(context, input.by, ['jit.admin'])
  const id = requireText('agent_id', input.agentId, 100)
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id))
    throw new OperationError('invalid_request', '`agent_id` is no plain name.', {
      fix: 'Use letters, digits, dots, dashes and underscores, for example agt_research-bot.',
    })
  const name = readText('name', input.name, 255)
  const scope = readText('scope', input.scope, 1000)
  const { actsForUsers = true } = input
  if (typeof actsForUsers !== 'boolean')
    throw new OperationError('invalid_request', '`acts_for_users` is neither true nor false.')
  const taken = context.directory
    .seededAgents()
    .some((each) => agentSlug(each.id) === agentSlug(id))
  const secret = newAgentSecret()
  const agent: StoredAgent = {
    id,
    ...(name !== undefined && { name }),
    ...(scope !== undefined && { scope }),
    actsForUsers,
    secretHash: await hashSecret(secret),
    createdAt: context.clock.now(),
  }
  if (taken || !(await context.store.addAgent(agent, { by: `user:${user.id}` })))
    throw new OperationError('agent_exists', 'There is an agent of this name already.', {
      fix: 'Choose another id; `agt_x` and `x` are one name.',
    })
  context.changes.tell({ kind: 'agent', agentId: id })
  return { agent: viewAgent(context, id, agent), secret }
}
