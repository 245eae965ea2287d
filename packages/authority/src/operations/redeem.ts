import type { AuthorizationDetails } from '@lumojit/protocol'
import { agentSlug } from '../agent-slug.ts'
import { type Caller, findRequest, findTask, requireAgent, requireSubject } from '../caller.ts'
import { feedTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { OperationError } from '../operation-error.ts'
import type { StoredRequest } from '../records.ts'
import { viewRequest } from '../request-status.ts'
import { draftToken, type IssuedToken, signToken } from '../tokens.ts'

export interface RedeemInput {
  readonly by: Caller
  readonly requestId: string
}

export interface RedeemedToken extends IssuedToken {
  readonly details: AuthorizationDetails
  readonly request: StoredRequest
}

/**
 * Contract 3.4. May be repeated inside the window: the token before it stops working, so that one token
 * of a request lives. Its time starts now, not with the decision.
 */
export const redeem = async (context: Context, input: RedeemInput): Promise<RedeemedToken> => {
  const agentId = await requireAgent(context, input.by)
  const request = await findRequest(context, input.requestId)
  if (request.agentId !== agentId)
    throw new OperationError('request_agent_mismatch', 'The request belongs to another agent.')
  const task = await findTask(context, request.taskId)
  requireSubject(input.by, task)
  const delegation = 'agent' in input.by ? input.by.delegation : undefined
  const details = request.granted ?? request.details
  const record = draftToken(
    context,
    {
      kind: 'jit',
      holder: agentId,
      // Without a resource there is nobody to bind to; LumoAuth then names the client.
      audience: request.resource ?? agentId,
      taskId: task.id,
      requestId: request.id,
      ...(delegation && { root: delegation.root }),
    },
    { seconds: request.ttlSeconds, notAfter: task.expiresAt },
  )
  const budget = (await context.directory.agent(agentId))?.budget
  const at = context.clock.now()
  const redeemed = await context.store.redeem(request.id, record, at, budget)
  const { won, request: now, overBudget } = redeemed
  if (overBudget)
    throw new OperationError('budget_exceeded', 'The agent has used up its budget of tokens.', {
      fix: 'Wait for the next period, or raise its budget.',
      retryAfterMs: overBudget.until - at,
    })
  if (!won || !now)
    throw notRedeemable(viewRequest(now ?? request, task, context.clock.now()).status)
  context.counts.redemptions++
  context.changes.tell({ kind: 'redeemed', requestId: request.id, taskId: task.id })
  if (now.redemptions > 1) context.changes.notify(feedTopic)
  const issued = await signToken(context, record, {
    sub: delegation?.subject ?? `agent:${agentSlug(agentId)}:task:${task.id}`,
    ...(delegation && { act: delegation.act }),
    agent_id: agentId,
    task_id: task.id,
    parent_task_id: task.parentTaskId ?? null,
    jit: true,
    jit_request_id: request.id,
    authorization_details: details,
  })
  return { ...issued, details, request: now }
}

const notRedeemable = (status: string): OperationError =>
  status === 'pending' || status === 'denied'
    ? new OperationError('request_not_approved', `The request is ${status}.`)
    : new OperationError('request_not_redeemable', 'The request can no longer be redeemed.')
