import { type Caller, findRequest, findTask } from '../caller.ts'
import type { Context } from '../context.ts'
import type { RequestReading } from '../human-side.ts'
import { viewRequest } from '../request-status.ts'
import { READERS, requireRight } from '../rights.ts'
import { grantsOf, isOwn, nameAgent } from '../views.ts'

export interface ReadRequestInput {
  readonly by: Caller
  readonly requestId: string
}

/** One request, with what a person needs to decide it. */
export const readRequest = async (
  context: Context,
  input: ReadRequestInput,
): Promise<RequestReading> => {
  const user = requireRight(context, input.by, READERS)
  const request = await findRequest(context, input.requestId)
  const task = await findTask(context, request.taskId)
  const agent = await nameAgent(context, request.agentId)
  return {
    ...viewRequest(request, task, context.clock.now()),
    task,
    agent,
    grants: await grantsOf(context, task.id, agent),
    own: isOwn(context, user, task),
  }
}
