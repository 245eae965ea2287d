import { type Caller, findRequest, requireApprover } from '../caller.ts'
import { callbackTopic, pendingTopic, requestTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { readText } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import type { StoredRequest } from '../records.ts'
import { tellSuspended } from '../suspension.ts'

export interface DenyInput {
  readonly by: Caller
  readonly requestId: string
  /** Internal; never told to the agent. */
  readonly reason?: unknown
  readonly agentMessage?: unknown
}

/** Contract 3.9. */
export const deny = async (context: Context, input: DenyInput): Promise<StoredRequest> => {
  const user = requireApprover(context, input.by)
  const request = await findRequest(context, input.requestId)
  const notes = readText('reason', input.reason, 4000)
  const agentMessage = readText('agent_message', input.agentMessage, 500)
  const {
    won,
    request: decided,
    suspended,
  } = await context.store.deny(request.id, {
    at: context.clock.now(),
    by: user.id,
    suspendAt: context.configuration.limits,
    ...(notes !== undefined && { notes }),
    ...(agentMessage !== undefined && { agentMessage }),
  })
  if (!won || !decided)
    throw new OperationError('invalid_state', 'The request can no longer be denied.')
  context.counts.denials++
  context.changes.notify(requestTopic(request.id), pendingTopic, callbackTopic)
  context.changes.tell({ kind: 'decided', requestId: request.id, taskId: request.taskId })
  if (suspended) tellSuspended(context, suspended)
  return decided
}
