import { type Caller, findTask } from '../caller.ts'
import type { Context } from '../context.ts'
import type { TaskReading } from '../human-side.ts'
import { viewRequest } from '../request-status.ts'
import { READERS, requireRight } from '../rights.ts'
import { timelineOf } from '../timeline.ts'
import { grantsOf, nameAgent, taskStatus } from '../views.ts'

export interface ReadTaskInput {
  readonly by: Caller
  readonly taskId: string
}

/** One task with its whole story. */
export const readTask = async (context: Context, input: ReadTaskInput): Promise<TaskReading> => {
  requireRight(context, input.by, READERS)
  const task = await findTask(context, input.taskId)
  const now = context.clock.now()
  const requests = (await context.store.requestsOf(task.id)).map((request) =>
    viewRequest(request, task, now),
  )
  const agent = await nameAgent(context, task.agentId)
  const grants = await grantsOf(context, task.id, agent)
  return {
    task,
    status: taskStatus(task, now),
    agent,
    pending: requests.filter(({ status }) => status === 'pending').length,
    holds: grants.length,
    requests,
    grants,
    timeline: timelineOf(await context.store.audit(task.id)),
  }
}
