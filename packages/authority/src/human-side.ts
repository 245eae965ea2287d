import type { AuthorizationDetails, Json, Reuse } from '@lumojit/protocol'
import type { StoredRequest, StoredTask } from './records.ts'
import type { RequestStatus } from './request-status.ts'
import type { RiskLevel } from './rules.ts'

/** An agent, as lists name it. */
export interface AgentName {
  readonly id: string
  readonly name?: string
  readonly suspended: boolean
}

/** A request that waits for a person. */
export interface PendingItem {
  readonly request: StoredRequest
  readonly task: StoredTask
  readonly agent: AgentName
  /** Tokens of this task that live at this moment. */
  readonly holds: number
  /** The task is done for the caller, who may not approve it. */
  readonly own: boolean
}

export type TaskStatus = 'active' | 'completed' | 'suspended' | 'expired'

export interface TaskItem {
  readonly task: StoredTask
  /** The state, and whether time has ended it. */
  readonly status: TaskStatus
  readonly agent: AgentName
  /** Requests of it that wait for a person. */
  readonly pending: number
  /** Tokens of it that live. */
  readonly holds: number
}

/** What an agent may do at this moment. Neither a token nor its `jti` is ever told. */
export interface LiveGrant {
  readonly requestId: string
  readonly taskId: string
  readonly taskName?: string
  readonly onBehalfOf?: string
  readonly agent: AgentName
  readonly details: AuthorizationDetails
  readonly resource?: string
  readonly risk: RiskLevel
  readonly reuse: Reuse
  /** User id; absent when the rules granted it. */
  readonly decidedBy?: string
  /** Tokens given out for it so far. */
  readonly redemptions: number
  /** Milliseconds: the end of the token that lives. */
  readonly expiresAt: number
}

export type TimelineKind =
  | 'opened'
  | 'asked'
  | 'asked-again'
  | 'granted'
  | 'refused'
  | 'approved'
  | 'denied'
  | 'withdrawn'
  | 'revoked'
  | 'redeemed'
  | 'given-back'
  | 'completed'
  | 'suspended'
  | 'ended'

/** One line of a task's story, out of its audit chain. */
export interface TimelineEntry {
  /** Milliseconds. */
  readonly at: number
  /** `granted` and `refused`: by the rules, at once. `ended`: by a person. */
  readonly kind: TimelineKind
  /** `agent:…`, `user:…`, or `authority`. */
  readonly by: string
  readonly requestId?: string
  /** Plain words, without anything an agent wrote but names of types and actions. */
  readonly summary: string
}

export interface RequestReading {
  readonly request: StoredRequest
  readonly status: RequestStatus
  readonly task: StoredTask
  readonly agent: AgentName
  /** What the task holds already. */
  readonly grants: readonly LiveGrant[]
  readonly own: boolean
}

export interface TaskReading extends TaskItem {
  readonly requests: readonly { readonly request: StoredRequest; readonly status: RequestStatus }[]
  readonly grants: readonly LiveGrant[]
  readonly timeline: readonly TimelineEntry[]
}

export interface AuditItem {
  /** Task id, `keys`, `user:…`, `agent:…`, or `sign-in`. */
  readonly chain: string
  readonly sequence: number
  readonly at: number
  readonly kind: string
  readonly by: string
  readonly data: Json
  readonly hash: string
}

/** An agent as whoever administers it sees it. */
export interface AgentView {
  readonly id: string
  readonly name?: string
  readonly scope?: string
  readonly actsForUsers: boolean
  /** It is in the options (the seed), and stays there. */
  readonly seeded: boolean
  readonly state: 'active' | 'suspended'
  readonly suspendedAt?: number
  /** Absent for one of the seed that nobody has changed. */
  readonly createdAt?: number
  readonly rotatedAt?: number
  /** Until then its secret before this one works too. */
  readonly previousSecretUntil?: number
}

export interface UserView {
  readonly id: string
  readonly email: string
  readonly rights: readonly string[]
  readonly hasPassword: boolean
}

/** Somebody is signed in. */
export interface OpenedSession {
  /** The secret that goes into the cookie; the store keeps its hash only. */
  readonly session: string
  readonly user: { readonly id: string; readonly email: string; readonly rights: readonly string[] }
  /** Names the session without opening it, through every rotation: for CSRF tokens and the audit. */
  readonly key: string
  /** Milliseconds: the end whatever happens, and the end if nothing does. */
  readonly endsAt: number
  readonly idleUntil: number
}

export interface SessionReading extends Omit<OpenedSession, 'session'> {
  readonly method: string
  readonly signedInAt: number
  /** Present when the secret was changed: set it in the cookie. The old one works for 30 s more. */
  readonly session?: string
}

/** Something changed; whoever shows it reads again. */
export interface HumanSideNews {
  readonly kind:
    | 'asked'
    | 'decided'
    | 'redeemed'
    | 'revoked'
    | 'task-opened'
    | 'task-ended'
    | 'agent'
    | 'look'
  readonly requestId?: string
  readonly taskId?: string
  readonly agentId?: string
}

export interface WebhookView {
  readonly url: string
  readonly events: readonly string[]
  /** Not delivered yet, and given up. */
  readonly due: number
  readonly dead: number
}

export interface DeliveryItem {
  readonly id: string
  readonly url: string
  readonly event: string
  readonly taskId?: string
  readonly requestId?: string
  readonly agentId?: string
  readonly at: number
  readonly attempts: number
  /** What the last attempt was answered with; 0: nothing answered. */
  readonly lastStatus?: number
  /** Milliseconds of the next attempt; absent: given up. */
  readonly due?: number
}
