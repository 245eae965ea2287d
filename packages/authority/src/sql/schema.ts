import type { Generated } from 'kysely'

/**
 * The tables, for SQLite and PostgreSQL alike: text, whole numbers (milliseconds, and 0 or 1), and
 * JSON as text. Whatever a caller wrote is inside JSON, where half a surrogate pair survives.
 */
export interface Schema {
  readonly migration: { readonly version: number }
  readonly task: TaskRow
  readonly request: RequestRow
  readonly token: TokenRow
  readonly event: EventRow
  readonly signing_key: KeyRow
  readonly callback: CallbackRow
  readonly spending: { readonly agent_id: string; readonly period: number; readonly used: number }
  readonly chain: ChainRow
  readonly audit: AuditRow
  readonly anchor: AnchorRow
  readonly password: PasswordRow
  readonly agent: AgentRow
  readonly delivery: DeliveryRow
  readonly sign_in_link: LinkRow
  readonly session: SessionRow
}

export interface TaskRow {
  readonly id: string
  readonly agent_id: string
  readonly session_id: string
  /** JSON: name, type, parentTaskId, onBehalfOf, subject. */
  readonly labels: string
  readonly created_at: number
  readonly expires_at: number
  readonly state: 'active' | 'completed' | 'suspended'
  readonly ended_at: number | null
  readonly ended_because: string | null
  readonly denials: number
  readonly refusals: number
  readonly risk_score: number
  /** Requests opened so far; gives each its place. */
  readonly requests: number
}

export interface RequestRow {
  readonly id: string
  readonly task_id: string
  readonly agent_id: string
  /** SHA-256 of the unit, which may be long. */
  readonly unit_hash: string
  /** JSON: unit, details, canonical, resource, callbackUrl. Never changes. */
  readonly question: string
  readonly place: number
  readonly keyed: number
  readonly reuse: 'once' | 'task'
  /** JSON. */
  readonly justifications: string
  readonly risk: string
  readonly ttl_seconds: number
  readonly created_at: number
  readonly pending_until: number
  readonly state: 'pending' | 'approved' | 'denied' | 'revoked'
  readonly decided_at: number | null
  readonly decided_by: string | null
  /** JSON. */
  readonly granted: string | null
  readonly redeem_until: number | null
  /** JSON: notes, agentMessage. */
  readonly review: string
  /** Null: nobody revoked it. */
  readonly sticks: number | null
  /** SHA-256 of the canonical details. */
  readonly canonical_hash: string
  readonly redemptions: number
  readonly live_jti: string | null
  readonly live_until: number | null
  /** 0 is critical, 3 low: the order in which people see it. */
  readonly risk_rank: number
  /** 1 until it is decided, its task has ended, or a sweep found it past its time. */
  readonly waiting: number
}

export interface TokenRow {
  readonly jti: string
  readonly kind: string
  readonly holder: string
  readonly audience: string
  readonly task_id: string | null
  readonly request_id: string | null
  readonly root: string | null
  readonly expires_at: number
  readonly revoked_at: number | null
}

export interface EventRow {
  readonly sequence: Generated<number>
  readonly kind: 'revoked' | 'task-ended'
  readonly subject: string
  readonly until_at: number
}

export interface KeyRow {
  readonly generation: number
  /** JSON, private. */
  readonly jwk: string
  readonly signs_from: number
  readonly verifies_until: number | null
}

export interface CallbackRow {
  readonly request_id: string
  readonly id: string
  readonly url: string
  readonly due: number
  readonly attempts: number
}

export interface ChainRow {
  readonly chain: string
  readonly sequence: number
  readonly hash: string
  /** Sequence that the latest anchor pinned. */
  readonly anchored: number
}

export interface AuditRow {
  readonly chain: string
  readonly sequence: number
  readonly at: number
  readonly kind: string
  readonly by: string
  readonly data: string
  readonly previous: string
  readonly hash: string
}

export interface AnchorRow {
  readonly sequence: number
  readonly at: number
  readonly heads: string
  readonly previous: string
  readonly hash: string
}

export interface PasswordRow {
  readonly user_id: string
  readonly hash: string
}

export interface LinkRow {
  readonly hash: string
  readonly user_id: string
  readonly expires_at: number
}

export interface SessionRow {
  readonly key: string
  readonly user_id: string
  readonly method: string
  readonly hash: string
  readonly previous_hash: string | null
  readonly previous_until: number | null
  readonly opened_at: number
  readonly rotated_at: number
  readonly idle_until: number
  readonly ends_at: number
}

export interface AgentRow {
  readonly id: string
  /** As in `sub`; no two agents share it. */
  readonly slug: string
  /** JSON: name, scope, actsForUsers. */
  readonly profile: string
  /** Null: the secret is that of the options. */
  readonly secret_hash: string | null
  readonly previous_hash: string | null
  readonly previous_until: number | null
  readonly created_at: number
  readonly rotated_at: number | null
  readonly suspended_at: number | null
}

export interface DeliveryRow {
  readonly id: string
  readonly url: string
  readonly event: string
  /** JSON: taskId, requestId, agentId. */
  readonly about: string
  readonly at: number
  readonly attempts: number
  /** Null: given up. */
  readonly due: number | null
  readonly last_status: number | null
}
