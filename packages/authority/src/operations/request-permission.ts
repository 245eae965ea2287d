import { canonical } from '@lumojit/protocol'
import { readCallbackUrl } from '../callbacks.ts'
import { type Caller, findTask, requireAgent, requireSubject } from '../caller.ts'
import { pendingTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { afterRevocations, decideAtOnce } from '../decide-at-once.ts'
import { randomId } from '../hashing.ts'
import { readDetailsInput, readReuse, readText, readTtl, requireText } from '../input.ts'
import { judge } from '../judge.ts'
import { OperationError } from '../operation-error.ts'
import { unitOf } from '../question-unit.ts'
import type { StoredRequest } from '../records.ts'
import { type RequestView, viewRequest } from '../request-status.ts'
import { tellSuspended } from '../suspension.ts'
import { readTarget } from '../target.ts'

export interface RequestPermissionInput {
  readonly by: Caller
  readonly taskId: unknown
  /** One object, or an array of several that are granted together. */
  readonly details: unknown
  /** At most 480 characters; shown to the approver. */
  readonly justification?: unknown
  /** Seconds the token should live. */
  readonly ttlSeconds?: unknown
  /** RFC 8707: what the token is for. */
  readonly resource?: unknown
  /** Default `once`: whoever says nothing gets no more than one use out of a person's yes. */
  readonly reuse?: unknown
  /** Names the call that asks; part of the question when `reuse` is `once`. */
  readonly idempotencyKey?: unknown
  /** Where to be told of a decision; at an origin registered for the agent. */
  readonly callbackUrl?: unknown
}

/** Contract 3.2. The same question again gets the same request. */
export const requestPermission = async (
  context: Context,
  input: RequestPermissionInput,
): Promise<RequestView> => {
  const agentId = await requireAgent(context, input.by)
  const taskId = requireText('task_id', input.taskId, 128)
  const details = readDetailsInput(context, input.details)
  const justification = readText('justification', input.justification, 480)
  const key = readText('Idempotency-Key', input.idempotencyKey, 255)
  const ttlSeconds =
    readTtl(context, 'requested_ttl', input.ttlSeconds) ?? context.configuration.limits.tokenSeconds
  const resource = readTarget(context, input.resource)
  const reuse = readReuse(input.reuse) ?? 'once'
  const callbackText = readText('callback_url', input.callbackUrl, 2048)
  const callbackUrl = await readCallbackUrl(context, agentId, callbackText)
  const task = await findTask(context, taskId)
  if (task.agentId !== agentId)
    throw new OperationError('task_agent_mismatch', 'The task belongs to another agent.')
  requireSubject(input.by, task)

  const verdict = await judge(context, { details, resource, reuse, agentId, task })
  const { limits } = context.configuration
  // A person's revocation may come between look and leap; the store then says `changed`.
  for (let turn = 0; turn < 5; turn++) {
    const refused = await context.store.refused(taskId)
    const now = context.clock.now()
    const candidate: StoredRequest = {
      id: `jit_${randomId()}`,
      taskId,
      agentId,
      details,
      canonical: canonical(details),
      unit: unitOf(taskId, resource, details, reuse, key),
      keyed: key !== undefined,
      ...(resource !== undefined && { resource }),
      ...(callbackUrl !== undefined && { callbackUrl }),
      reuse,
      justifications: justification === undefined ? [] : [justification],
      risk: verdict.risk,
      ttlSeconds,
      createdAt: now,
      pendingUntil: Math.min(now + limits.pendingMs, task.expiresAt),
      redemptions: 0,
      ...decideAtOnce(afterRevocations(verdict, details, refused.details), details, {
        now,
        redeemUntil: Math.min(now + limits.redeemMs, task.expiresAt),
      }),
    }
    const condition = {
      at: now,
      maxOpen: limits.openRequests,
      refusalsSeen: refused.count,
      suspendAt: limits,
    }
    const opening = await context.store.openRequest(candidate, condition)
    switch (opening.kind) {
      case 'task-not-active':
        throw new OperationError('task_not_active', 'The task has ended.')
      case 'suspended':
        tellSuspended(context, opening)
        throw new OperationError(
          'task_not_active',
          'The task was suspended: it asked for too much.',
        )
      case 'too-many':
        throw new OperationError('budget_exceeded', 'The task has too many undecided requests.', {
          fix: 'Wait for decisions, or withdraw requests.',
          retryAfterMs: 5_000,
        })
      case 'changed':
        continue
      case 'opened':
        context.counts.requests++
        if (opening.request.state === 'pending') context.changes.notify(pendingTopic)
        tell(context, opening.request)
        return viewRequest(opening.request, task, now)
      case 'joined':
        context.counts.joined++
        if (opening.request.state === 'pending') tell(context, opening.request)
        return viewRequest(opening.request, task, now)
    }
  }
  throw new OperationError('server_error', 'The task changed too often while this was asked.')
}

const tell = ({ changes }: Context, { id, taskId, state }: StoredRequest): void =>
  changes.tell({ kind: state === 'pending' ? 'asked' : 'decided', requestId: id, taskId })
