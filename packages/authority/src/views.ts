import type { Context } from './context.ts'
import type { User } from './directory.ts'
import type { AgentName, LiveGrant, TaskStatus } from './human-side.ts'
import type { StoredRequest, StoredTask } from './records.ts'
import { isSelf } from './self-approval.ts'

/** How lists name an agent; one that is not known any more keeps its id. */
export const nameAgent = async (context: Context, id: string): Promise<AgentName> => {
  const agent = await context.directory.agent(id)
  const name = agent?.name
  return { id, ...(name !== undefined && { name }), suspended: agent?.suspended ?? false }
}

/** The same for the agents of a list, each looked up once. */
export const agentNames = async <T>(
  context: Context,
  items: readonly T[],
  idOf: (item: T) => string,
): Promise<(id: string) => AgentName> => {
  const ids = [...new Set(items.map(idOf))]
  const names = await Promise.all(ids.map((id) => nameAgent(context, id)))
  const known = new Map(names.map((name) => [name.id, name]))
  return (id) => known.get(id) ?? { id, suspended: false }
}

/** What a task holds at this moment; a task has few. */
export const grantsOf = async (
  context: Context,
  taskId: string,
  agent: AgentName,
): Promise<readonly LiveGrant[]> => {
  const { items } = await context.store.grantPage(context.clock.now(), { taskId }, { limit: 500 })
  return items.map((each) => viewGrant(agent, each))
}

export const taskStatus = ({ state, expiresAt }: StoredTask, now: number): TaskStatus =>
  state === 'active' && now >= expiresAt ? 'expired' : state

/** The task is done for this user, who may therefore not approve. */
export const isOwn = (context: Context, user: User, task: StoredTask): boolean =>
  isSelf(user, task) && !context.configuration.selfApproval

export const viewGrant = (
  agent: AgentName,
  { request, task }: { readonly request: StoredRequest; readonly task: StoredTask },
): LiveGrant => ({
  requestId: request.id,
  taskId: task.id,
  ...(task.name !== undefined && { taskName: task.name }),
  ...(task.onBehalfOf !== undefined && { onBehalfOf: task.onBehalfOf }),
  agent,
  details: request.granted ?? request.details,
  ...(request.resource !== undefined && { resource: request.resource }),
  risk: request.risk,
  reuse: request.reuse,
  ...(request.decidedBy !== undefined && { decidedBy: request.decidedBy }),
  redemptions: request.redemptions,
  expiresAt: request.liveToken?.expiresAt ?? 0,
})
