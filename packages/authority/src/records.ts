import type { AuthorizationDetails, CanonicalDetails, Reuse } from '@lumojit/protocol'
import type { RiskLevel } from './rules.ts'

/** Times are milliseconds since the epoch throughout. */
export interface StoredTask {
  readonly id: string
  readonly agentId: string
  readonly sessionId: string
  readonly name?: string
  readonly type?: string
  readonly parentTaskId?: string
  readonly onBehalfOf?: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly state: 'active' | 'completed' | 'suspended'
  readonly endedAt?: number
  /** Denials by a person. */
  readonly denials: number
  /** How many revocations by a person stick to this task; grows only. */
  readonly refusals: number
}

export interface StoredRequest {
  readonly id: string
  readonly taskId: string
  readonly agentId: string
  /** Task, resource, canonical details and reuse unit as one text: equal text, same question. */
  readonly unit: string
  /** The agent named the call: it may come back for the same answer as often as it likes. */
  readonly keyed: boolean
  readonly resource?: string
  readonly details: AuthorizationDetails
  readonly canonical: CanonicalDetails
  /** As asked; once decided, as decided. */
  readonly reuse: Reuse
  /** First the asker's, then those of calls that joined. */
  readonly justifications: readonly string[]
  readonly risk: RiskLevel
  readonly ttlSeconds: number
  readonly createdAt: number
  /** Last moment at which it can be decided. */
  readonly pendingUntil: number
  readonly state: 'pending' | 'approved' | 'denied' | 'revoked'
  readonly decidedAt?: number
  /** User id; absent when the rules decided. */
  readonly decidedBy?: string
  /** What was granted, which may be less than `details`. */
  readonly granted?: AuthorizationDetails
  readonly redeemUntil?: number
  /** Internal; never told to the agent. */
  readonly notes?: string
  readonly agentMessage?: string
  /** Revoked by a person: a denial of these details for the rest of the task. */
  readonly sticks?: boolean
  readonly redemptions: number
  /** The one token of this request that works. */
  readonly liveToken?: { readonly jti: string; readonly expiresAt: number }
}

export interface StoredToken {
  readonly jti: string
  /** `agent`: for the authority itself. `resource`: an agent's, for one resource. `user`: an approver's. */
  readonly kind: 'agent' | 'resource' | 'jit' | 'user'
  /** Agent id, or user id for `user`. */
  readonly holder: string
  readonly audience: string
  readonly taskId?: string
  readonly requestId?: string
  readonly expiresAt: number
  readonly revokedAt?: number
}

/** What the feed tells. `until`: last moment at which anything it speaks of could be alive. */
export interface StoredEvent {
  readonly sequence: number
  readonly kind: 'revoked' | 'task-ended'
  /** `jti` or task id. */
  readonly subject: string
  readonly until: number
}
