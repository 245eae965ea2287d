import type { Context } from '../context.ts'
import type {
  AgentView,
  AuditItem,
  DeliveryItem,
  LiveGrant,
  PendingItem,
  RequestReading,
  TaskItem,
  TaskReading,
  WebhookView,
} from '../human-side.ts'
import type { Page } from '../page.ts'
import type { StoredRequest, StoredTask } from '../records.ts'

/** RFC 3339, UTC, with milliseconds. */
export const moment = (ms: number): string => new Date(ms).toISOString()

/** Only members that are there. */
const present = (members: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

const at = (ms: number | undefined) => (ms === undefined ? undefined : moment(ms))

export const presentPage = <T>({ items, total, next }: Page<T>, one: (item: T) => unknown) =>
  present({ data: items.map(one), total, next })

const asked = (context: Context, request: StoredRequest, task: StoredTask) => {
  const ref = { taskId: task.id, requestId: request.id }
  const waits = request.state === 'pending'
  return {
    request_id: request.id,
    risk_level: request.risk,
    task_id: request.taskId,
    task_name: task.name ?? null,
    on_behalf_of: task.onBehalfOf ?? null,
    authorization_details: request.details,
    resource: request.resource ?? null,
    reuse: request.reuse,
    justifications: request.justifications,
    requested_ttl: request.ttlSeconds,
    created_at: moment(request.createdAt),
    expires_at: moment(request.pendingUntil),
    approval_uri: waits ? context.configuration.approvalUri?.(ref) : undefined,
  }
}

const decision = (request: StoredRequest) => ({
  decided_at: at(request.decidedAt),
  decided_by: request.decidedBy,
  granted: request.granted,
  notes: request.notes,
  agent_message: request.agentMessage,
  redemptions: request.redemptions,
})

export const presentWaiting =
  (context: Context) =>
  ({ request, task, agent, holds, own }: PendingItem) =>
    present({ ...asked(context, request, task), status: 'pending', agent, holds, own })

export const presentGrant = (grant: LiveGrant) =>
  present({
    request_id: grant.requestId,
    task_id: grant.taskId,
    task_name: grant.taskName ?? null,
    on_behalf_of: grant.onBehalfOf ?? null,
    agent: grant.agent,
    authorization_details: grant.details,
    resource: grant.resource ?? null,
    risk_level: grant.risk,
    reuse: grant.reuse,
    decided_by: grant.decidedBy ?? null,
    redemptions: grant.redemptions,
    expires_at: moment(grant.expiresAt),
  })

export const presentReading = (context: Context, reading: RequestReading) =>
  present({
    ...asked(context, reading.request, reading.task),
    ...decision(reading.request),
    status: reading.status,
    agent: reading.agent,
    own: reading.own,
    grants: reading.grants.map(presentGrant),
  })

export const presentTaskItem = ({ task, status, agent, pending, holds }: TaskItem) =>
  present({
    task_id: task.id,
    name: task.name ?? null,
    type: task.type,
    parent_task_id: task.parentTaskId,
    status,
    agent,
    on_behalf_of: task.onBehalfOf ?? null,
    created_at: moment(task.createdAt),
    expires_at: moment(task.expiresAt),
    ended_at: at(task.endedAt),
    ended_because: task.endedBecause,
    denials: task.denials,
    risk_score: task.riskScore,
    pending,
    holds,
  })

export const presentTaskReading = (context: Context, reading: TaskReading) => ({
  ...presentTaskItem(reading),
  requests: reading.requests.map(({ request, status }) =>
    present({ ...asked(context, request, reading.task), ...decision(request), status }),
  ),
  grants: reading.grants.map(presentGrant),
  timeline: reading.timeline.map(({ at, requestId, ...entry }) =>
    present({ at: moment(at), ...entry, request_id: requestId }),
  ),
})

export const presentAudit = ({ at: ms, ...item }: AuditItem) => ({ at: moment(ms), ...item })

export const presentAgent = (agent: AgentView) =>
  present({
    id: agent.id,
    name: agent.name ?? null,
    scope: agent.scope,
    acts_for_users: agent.actsForUsers,
    seeded: agent.seeded,
    state: agent.state,
    suspended_at: at(agent.suspendedAt),
    created_at: at(agent.createdAt),
    rotated_at: at(agent.rotatedAt),
    previous_secret_until: at(agent.previousSecretUntil),
  })

export const presentWebhook = ({ url, events, due, dead }: WebhookView) => ({
  url,
  events,
  due,
  dead,
})

export const presentDelivery = (delivery: DeliveryItem) =>
  present({
    id: delivery.id,
    url: delivery.url,
    event: delivery.event,
    state: delivery.due === undefined ? 'dead' : 'due',
    task_id: delivery.taskId,
    request_id: delivery.requestId,
    agent_id: delivery.agentId,
    at: moment(delivery.at),
    attempts: delivery.attempts,
    last_status: delivery.lastStatus,
    next_attempt_at: at(delivery.due),
  })
