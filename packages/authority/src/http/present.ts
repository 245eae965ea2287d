import type { Context } from '../context.ts'
import type { TaskEvaluation } from '../operations/evaluate.ts'
import type { RedeemedToken } from '../operations/redeem.ts'
import type { StoredRequest, StoredTask } from '../records.ts'
import type { RequestStatus, RequestView } from '../request-status.ts'

/** RFC 3339, UTC, whole seconds. */
const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

export const presentTask = (task: StoredTask, agentName: string | undefined) => ({
  task_id: task.id,
  caep_session_id: task.sessionId,
  expires_at: time(task.expiresAt),
  agent_id: task.agentId,
  agent: { id: task.agentId, name: agentName ?? task.agentId },
  ...(task.onBehalfOf !== undefined && { on_behalf_of: task.onBehalfOf }),
})

/** LumoAuth's word for what time took is `expired`; that it was the task's time is said beside it. */
const core = ({ id, risk, taskId, reuse }: StoredRequest, status: RequestStatus) => ({
  request_id: id,
  status: status === 'task_ended' ? 'expired' : status,
  ...(status === 'task_ended' && { task_ended: true }),
  risk_level: risk,
  task_id: taskId,
  reuse,
})

const approved = (request: StoredRequest, base: string) => ({
  token_url: `${base}/jit/request/${request.id}/token`,
  granted_ttl: request.ttlSeconds,
})

/** What a person said of it: that there are notes, never the notes; their message to the agent. */
const review = ({ decidedBy, notes, agentMessage, state }: StoredRequest) =>
  decidedBy === undefined || state === 'revoked'
    ? {}
    : {
        has_notes: notes !== undefined,
        agent_message: agentMessage ?? null,
        ...(state === 'denied' && agentMessage !== undefined && { deny_reason: agentMessage }),
      }

const pending = (context: Context, { id, taskId, pendingUntil }: StoredRequest) => {
  const uri = context.configuration.approvalUri?.({ taskId, requestId: id })
  return { expires_at: time(pendingUntil), ...(uri !== undefined && { approval_uri: uri }) }
}

/** Answer of 3.2. */
export const presentRequest = (context: Context, view: RequestView, base: string) => {
  const { request, status } = view
  if (status !== 'pending') return presentStatus(context, view, base)
  return {
    ...core(request, status),
    status_url: `${base}/jit/request/${request.id}/status`,
    ...pending(context, request),
    message: 'A person has to decide this.',
  }
}

/** Answer of 3.3. */
export const presentStatus = (
  context: Context,
  { request, status }: RequestView,
  base: string,
) => ({
  ...core(request, status),
  ...(status === 'approved' && approved(request, base)),
  ...(status === 'pending' && pending(context, request)),
  ...review(request),
})

/** Answer of 3.4. */
export const presentToken = ({ accessToken, expiresIn, details, request }: RedeemedToken) => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: expiresIn,
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  authorization_details: details,
  task_id: request.taskId,
  jit_request_id: request.id,
  reuse: request.reuse,
})

interface Waiting {
  readonly request: StoredRequest
  readonly task: StoredTask | undefined
}

const presentPendingItem = ({ request, task }: Waiting) => ({
  request_id: request.id,
  status: 'pending',
  risk_level: request.risk,
  task_id: request.taskId,
  task_name: task?.name ?? null,
  on_behalf_of: task?.onBehalfOf ?? null,
  agent_id: request.agentId,
  authorization_details: request.details,
  resource: request.resource ?? null,
  reuse: request.reuse,
  justification: request.justifications[0] ?? null,
  justifications: request.justifications,
  requested_ttl: request.ttlSeconds,
  created_at: time(request.createdAt),
  expires_at: time(request.pendingUntil),
})

/** Answer of 3.7, under every name an SDK looks for. */
export const presentPending = (items: readonly Waiting[]) => {
  const list = items.map(presentPendingItem)
  const { length: count } = list
  return {
    pending_requests: list,
    requests: list,
    data: list,
    count,
    pagination: { page: 1, per_page: count, total: count, total_pages: 1 },
  }
}

export const presentCompletion = (done: {
  readonly taskId: string
  readonly completedAt: number
}) => ({
  task_id: done.taskId,
  status: 'completed',
  completed_at: time(done.completedAt),
})

/** Answer of 3.6, in the shape of contract §7. */
export const presentEvaluation = (now: TaskEvaluation) => ({
  task_id: now.taskId,
  active: now.active,
  events: now.events.map(({ type, at }) => ({
    type,
    details: { risk_score: now.riskScore, denial_count: now.denials },
    timestamp: time(at),
  })),
  action: now.action,
})
