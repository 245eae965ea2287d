import { type Caller, requireAgent } from '../caller.ts'
import type { Context } from '../context.ts'
import { randomId } from '../hashing.ts'
import { readText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import type { StoredTask } from '../records.ts'

export interface OpenTaskInput {
  readonly by: Caller
  /** At most 480 characters; shown to the approver. */
  readonly name?: unknown
  readonly type?: unknown
  readonly parentTaskId?: unknown
  /** E-mail address of a known user. A label: it widens and narrows nothing. With an exchanged token, its user. */
  readonly onBehalfOf?: unknown
}

/** Contract 3.1. */
export const openTask = async (context: Context, input: OpenTaskInput): Promise<StoredTask> => {
  const agentId = await requireAgent(context, input.by)
  const name = readText('name', input.name, 480)
  const type = readText('type', input.type, 255)
  const parentTaskId = readText('parent_task_id', input.parentTaskId, 128)
  const onBehalfOf = readText('on_behalf_of', input.onBehalfOf, 255)
  const now = context.clock.now()

  if (onBehalfOf !== undefined && !(await context.directory.agent(agentId))?.actsForUsers)
    throw new OperationError('delegation_not_allowed', 'The agent may not act for users.')
  const subject = 'agent' in input.by ? input.by.delegation?.subject : undefined
  const email = subject === undefined ? undefined : context.directory.user(subject)?.email
  if (subject !== undefined && (onBehalfOf ?? email)?.toLowerCase() !== email?.toLowerCase())
    throw new OperationError('invalid_request', '`on_behalf_of` names another user than the token.')
  if (onBehalfOf !== undefined && !context.directory.userByEmail(onBehalfOf))
    throw new OperationError('invalid_request', 'The user of `on_behalf_of` is not known here.', {
      fix: "Send a known user's e-mail address.",
    })
  const forWhom = onBehalfOf ?? email
  const parent = parentTaskId === undefined ? undefined : await context.store.task(parentTaskId)
  if (parentTaskId !== undefined && parent?.agentId !== agentId)
    throw new OperationError('invalid_request', 'The parent is no task of this agent.')
  if (parent && (parent.state !== 'active' || now >= parent.expiresAt))
    throw new OperationError('task_not_active', 'The parent task has ended.')

  const lastMoment = now + context.configuration.limits.taskMs
  const task: StoredTask = {
    id: `task_${randomId()}`,
    agentId,
    sessionId: `caep_${randomId()}`,
    ...(name !== undefined && { name }),
    ...(type !== undefined && { type }),
    ...(parentTaskId !== undefined && { parentTaskId }),
    ...(forWhom !== undefined && { onBehalfOf: forWhom }),
    ...(subject !== undefined && { subject }),
    createdAt: now,
    expiresAt: Math.min(lastMoment, parent?.expiresAt ?? lastMoment),
    state: 'active',
    denials: 0,
    refusals: 0,
    riskScore: 0,
  }
  await context.store.addTask(task)
  context.counts.tasks++
  context.changes.tell({ kind: 'task-opened', taskId: task.id, agentId })
  return task
}
