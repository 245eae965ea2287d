import type { AuditNote } from './audit-chain.ts'

/** What a webhook can hear of. */
export const WEBHOOK_EVENTS = [
  'request.pending',
  'request.approved',
  'request.denied',
  'request.revoked',
  'task.completed',
  'task.suspended',
  'agent.created',
  'agent.rotated',
  'agent.suspended',
  'agent.resumed',
] as const

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

export const DEFAULT_EVENTS: readonly WebhookEvent[] = [
  'request.pending',
  'request.approved',
  'request.denied',
  'request.revoked',
  'task.suspended',
]

/** Who wants to hear of what. */
export interface Subscription {
  readonly url: string
  readonly events: readonly string[]
}

export interface HeardEvent {
  readonly event: string
  readonly taskId?: string
  readonly requestId?: string
  readonly agentId?: string
}

/** What an entry of the audit is to a webhook; undefined: nothing. */
export const eventOf = ({ chain, kind, data }: AuditNote): HeardEvent | undefined => {
  const members = data as { readonly request?: unknown; readonly state?: unknown }
  const waits = kind === 'request.opened' && members.state === 'pending'
  const event = waits ? 'request.pending' : kind
  if (!WEBHOOK_EVENTS.some((each) => each === event)) return undefined
  if (kind.startsWith('agent.')) return { event, agentId: chain.replace(/^agent:/, '') }
  const { request } = members
  return { event, taskId: chain, ...(typeof request === 'string' && { requestId: request }) }
}
