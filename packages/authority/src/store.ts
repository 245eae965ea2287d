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

/** Whether this call made the change, and how things stand now. */
export interface Transition {
  readonly won: boolean
  readonly request?: StoredRequest
}

export type Opening =
  | { readonly kind: 'opened' | 'joined'; readonly request: StoredRequest }
  /** `changed`: a person's revocation came between reading and writing; look again. */
  | { readonly kind: 'task-not-active' | 'too-many' | 'changed' }

/**
 * PORT: what the authority remembers. Every transition is one conditional operation that says
 * whether it won; an operation never reads first and writes later. A transition that kills tokens
 * appends to the event log in the same step. What is returned is a copy.
 */
export interface AuthorityStore {
  addTask(task: StoredTask): Promise<void>
  task(id: string): Promise<StoredTask | undefined>
  /** Only from `active`. Every token of the task is dead from this moment; `killed` counts those alive before. */
  endTask(
    id: string,
    end: { readonly state: 'completed' | 'suspended'; readonly at: number },
  ): Promise<{ readonly won: boolean; readonly killed: number; readonly task?: StoredTask }>

  /**
   * Joins the request of the same unit while that is open, approved and redeemable, or denied
   * (an approved `once` without a key only until its first redemption); else adds `candidate`, if the
   * task is active, fewer than `maxOpen` are pending, and `refusalsSeen` is still the task's count.
   */
  openRequest(
    candidate: StoredRequest,
    condition: {
      readonly at: number
      readonly maxOpen: number
      readonly refusalsSeen: number
    },
  ): Promise<Opening>
  request(id: string): Promise<StoredRequest | undefined>
  /** Undecided, unexpired, of active tasks; oldest first. */
  pending(at: number): Promise<readonly StoredRequest[]>
  /** What persons revoked in this task, and their count. */
  refused(
    taskId: string,
  ): Promise<{ readonly count: number; readonly details: readonly AuthorizationDetails[] }>
  /** Only from `pending`, unexpired, task active. */
  approve(
    id: string,
    decision: {
      readonly at: number
      readonly by: string
      readonly reuse: Reuse
      readonly granted: AuthorizationDetails
      readonly ttlSeconds: number
      readonly redeemUntil: number
      readonly notes?: string
      readonly agentMessage?: string
    },
  ): Promise<Transition>
  /** Only from `pending`, unexpired, task active. Counts in the task's `denials`. */
  deny(
    id: string,
    decision: {
      readonly at: number
      readonly by: string
      readonly notes?: string
      readonly agentMessage?: string
    },
  ): Promise<Transition>
  /**
   * From `pending` or `approved`; its live token dies. With `sticks`, also from a `revoked` that does
   * not stick yet; every other request of the task for the same details, unless denied, ends with
   * it, and the task's `refusals` grows.
   */
  revokeRequest(
    id: string,
    end: { readonly at: number; readonly by: string; readonly sticks: boolean },
  ): Promise<Transition>

  addToken(token: StoredToken): Promise<void>
  /** Adds a token of an approved, redeemable request of an active task; the token before it dies. */
  redeem(id: string, token: StoredToken, at: number): Promise<Transition>
  /** False when unknown, not this holder's, dead, or past its time. */
  revokeToken(jti: string, holder: string, at: number): Promise<boolean>
  token(jti: string): Promise<
    | {
        readonly token: StoredToken
        readonly task?: StoredTask
        readonly request?: StoredRequest
      }
    | undefined
  >

  /** Events after `sequence` that still matter at `at`, in order. */
  eventsAfter(sequence: number, at: number): Promise<readonly StoredEvent[]>
}
