import type { Decision } from '@lumojit/protocol'
import type { Context } from './context.ts'
import type { RequestView } from './request-status.ts'

/** A request as the port tells it. */
export const asDecision = (context: Context, { request, status }: RequestView): Decision => {
  const ref = { taskId: request.taskId, requestId: request.id }
  const { risk, agentMessage, pendingUntil } = request
  const said = { ref, risk, ...(agentMessage !== undefined && { message: agentMessage }) }
  if (status === 'approved') return { status: 'granted', ...said }
  if (status === 'task_ended') return { status: 'task-ended', ...said }
  if (status !== 'pending') return { status, ...said }
  const approvalUrl = context.configuration.approvalUri?.(ref)
  return {
    status,
    ref,
    risk,
    waitsFor: 'approver',
    expiresAt: pendingUntil,
    ...(approvalUrl !== undefined && { approvalUrl }),
  }
}
