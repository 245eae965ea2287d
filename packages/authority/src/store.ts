import type { AuthorizationDetails, Reuse } from '@lumojit/protocol'
import type { StoredEvent, StoredRequest, StoredTask, StoredToken } from './records.ts'

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
  /** What persons revoked in this task (as granted, else as asked), and how often. */
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

  addToken(token: StoredToken, at: number): Promise<void>
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
