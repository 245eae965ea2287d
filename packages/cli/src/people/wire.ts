import type { AuthorizationDetails } from '@lumojit/protocol'

/** What the authority tells people, as it comes over HTTP. Times are RFC 3339. */
export interface Page<T> {
  readonly data: readonly T[]
  readonly total?: number
  readonly next?: string
}

export interface AgentName {
  readonly id: string
  readonly name?: string | null
  readonly suspended?: boolean
}

export interface AskedItem {
  readonly request_id: string
  readonly status: string
  readonly risk_level: string
  readonly task_id: string
  readonly task_name: string | null
  readonly on_behalf_of: string | null
  readonly agent: AgentName
  readonly authorization_details: AuthorizationDetails
  readonly resource: string | null
  readonly reuse: 'once' | 'task'
  readonly justifications: readonly string[]
  readonly requested_ttl: number
  readonly created_at: string
  readonly expires_at: string
  readonly approval_uri?: string
  readonly holds?: number
  readonly own?: boolean
  readonly decided_at?: string
  readonly decided_by?: string
  readonly granted?: AuthorizationDetails
  readonly notes?: string
  readonly agent_message?: string
}

export interface TaskItem {
  readonly task_id: string
  readonly name: string | null
  readonly status: string
  readonly agent: AgentName
  readonly on_behalf_of: string | null
  readonly created_at: string
  readonly expires_at: string
  readonly ended_at?: string
  readonly ended_because?: string
  readonly pending: number
  readonly holds: number
}

export interface TaskReading extends TaskItem {
  readonly requests: readonly AskedItem[]
  readonly grants: readonly GrantItem[]
  readonly timeline: readonly {
    readonly at: string
    readonly kind: string
    readonly by: string
    readonly request_id?: string
    readonly summary: string
  }[]
}

export interface GrantItem {
  readonly request_id: string
  readonly task_id: string
  readonly task_name: string | null
  readonly agent: AgentName
  readonly authorization_details: AuthorizationDetails
  readonly reuse: 'once' | 'task'
  readonly risk_level: string
  readonly decided_by: string | null
  readonly expires_at: string
}

export interface WebhookItem {
  readonly url: string
  readonly events: readonly string[]
  readonly due: number
  readonly dead: number
}

export interface DeliveryItem {
  readonly id: string
  readonly url: string
  readonly event: string
  readonly state: 'due' | 'dead'
  readonly at: string
  readonly attempts: number
  /** 0: nothing answered. */
  readonly last_status?: number
  readonly next_attempt_at?: string
}

export interface AgentItem {
  readonly id: string
  readonly name: string | null
  readonly seeded: boolean
  readonly state: 'active' | 'suspended'
  readonly rotated_at?: string
}
