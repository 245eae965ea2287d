import { type AuthorizationDetails, compareGranted } from '@lumojit/protocol'
import { type Caller, findRequest, findTask, requireApprover } from '../caller.ts'
import { callbackTopic, pendingTopic, requestTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { readDetailsInput, readReuse, readText, readTtl } from '../input.ts'
import { OperationError } from '../operation-error.ts'
import type { StoredRequest } from '../records.ts'
import { requireNotSelf } from '../self-approval.ts'

export interface ApproveInput {
  readonly by: Caller
  readonly requestId: string
  /** Seconds; instead of what the agent wished. */
  readonly ttlSeconds?: unknown
  /** Internal; never told to the agent. */
  readonly notes?: unknown
  readonly agentMessage?: unknown
  /** Less than was asked; never more. */
  readonly details?: unknown
  readonly reuse?: unknown
}

/** Contract 3.8. */
export const approve = async (context: Context, input: ApproveInput): Promise<StoredRequest> => {
  const user = requireApprover(context, input.by)
  const request = await findRequest(context, input.requestId)
  const task = await findTask(context, request.taskId)
  requireNotSelf(context, user, task)
  const notes = readText('notes', input.notes, 4000)
  const agentMessage = readText('agent_message', input.agentMessage, 500)
  const at = context.clock.now()
  const { won, request: decided } = await context.store.approve(request.id, {
    at,
    by: user.id,
    reuse: readReuse(input.reuse) ?? request.reuse,
    granted: narrowed(context, request.details, input.details),
    ttlSeconds: readTtl(context, 'ttl', input.ttlSeconds) ?? request.ttlSeconds,
    redeemUntil: Math.min(at + context.configuration.limits.redeemMs, task.expiresAt),
    ...(notes !== undefined && { notes }),
    ...(agentMessage !== undefined && { agentMessage }),
  })
  if (!won || !decided)
    throw new OperationError('invalid_state', 'The request can no longer be approved.')
  context.counts.approvals++
  context.changes.notify(requestTopic(request.id), pendingTopic, callbackTopic)
  context.changes.tell({ kind: 'decided', requestId: request.id, taskId: task.id })
  return decided
}

const narrowed = (
  context: Context,
  asked: AuthorizationDetails,
  chosen: unknown,
): AuthorizationDetails => {
  if (chosen === undefined || chosen === null) return asked
  const details = readDetailsInput(context, chosen)
  const comparison = compareGranted(details, asked)
  if (comparison === 'equal' || comparison === 'narrower') return details
  throw new OperationError(
    'invalid_authorization_details',
    'An approval can only take away from what was asked.',
    { fix: 'Leave actions, locations or whole objects out; add and change nothing.' },
  )
}
