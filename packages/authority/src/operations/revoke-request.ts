import { type Caller, findRequest, requireAgent, requireApprover } from '../caller.ts'
import { callbackTopic, feedTopic, pendingTopic, requestTopic, taskTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { OperationError } from '../operation-error.ts'
import type { StoredRequest } from '../records.ts'

export interface RevokeRequestInput {
  readonly by: Caller
  readonly requestId: string
}

/**
 * By its agent: taken back. By an approver: those details are denied for the rest of the task, and
 * every request of the task for them ends too. Repeating it changes nothing and succeeds.
 */
export const revokeRequest = async (
  context: Context,
  input: RevokeRequestInput,
): Promise<StoredRequest> => {
  const person = 'user' in input.by
  const by = person ? requireApprover(context, input.by).id : await requireAgent(context, input.by)
  const found = await findRequest(context, input.requestId)
  if (!person && found.agentId !== by)
    throw new OperationError('request_agent_mismatch', 'The request belongs to another agent.')
  const end = { at: context.clock.now(), by, sticks: person }
  const { won, request } = await context.store.revokeRequest(found.id, end)
  if (won) {
    context.counts.revokedRequests++
    // Waits of other requests for the same details listen on the task.
    context.changes.notify(requestTopic(found.id), taskTopic(found.taskId), feedTopic, pendingTopic)
    context.changes.notify(callbackTopic)
    context.changes.tell({ kind: 'revoked', requestId: found.id, taskId: found.taskId })
  }
  if (request?.state !== 'revoked')
    throw new OperationError('invalid_state', 'The request was denied; nothing is left to revoke.')
  return request
}
