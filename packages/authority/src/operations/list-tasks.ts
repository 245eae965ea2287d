import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { TaskItem, TaskStatus } from '../human-side.ts'
import { readText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import { type Page, type PageInput, readWindow, toPage } from '../page.ts'
import { READERS, requireRight } from '../rights.ts'
import { agentNames, taskStatus } from '../views.ts'

export interface ListTasksInput extends PageInput {
  readonly by: Caller
  /** `active`, `completed`, `suspended` or `expired`; absent: all. */
  readonly state?: unknown
  readonly agentId?: unknown
}

const STATES: readonly TaskStatus[] = ['active', 'completed', 'suspended', 'expired']

/** Tasks, newest first. */
export const listTasks = async (
  context: Context,
  input: ListTasksInput,
): Promise<Page<TaskItem>> => {
  requireRight(context, input.by, READERS)
  const named = readText('state', input.state, 20)
  const state = STATES.find((each) => each === named)
  if (named !== undefined && state === undefined)
    throw new OperationError('invalid_request', '`state` is no state of a task.', {
      fix: `Send one of ${STATES.join(', ')}, or nothing.`,
    })
  const agentId = readText('agent_id', input.agentId, 255)
  const window = readWindow(input, ['number', 'string'])
  const now = context.clock.now()
  const filter = { ...(state && { state }), ...(agentId !== undefined && { agentId }) }
  const page = await context.store.taskPage(now, filter, window)
  const nameOf = await agentNames(context, page.items, ({ task }) => task.agentId)
  return toPage(page, ({ task, pending, holds }) => ({
    task,
    status: taskStatus(task, now),
    agent: nameOf(task.agentId),
    pending,
    holds,
  }))
}
