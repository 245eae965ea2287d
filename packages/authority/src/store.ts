import type { AuthorizationDetails, Reuse } from '@lumojit/protocol'
import type {
  ChainHead,
  StoredAnchor,
  StoredAudit,
  StoredCallback,
  StoredEvent,
  StoredKey,
  StoredRequest,
  StoredTask,
  StoredToken,
  SuspensionCause,
} from './records.ts'
import type { SuspensionLimits } from './risk-score.ts'
import type { AgentStore } from './store/agents.ts'
import type { DeliveryStore } from './store/deliveries.ts'
import type { PeopleStore } from './store/people.ts'
import type { ReadingStore } from './store/reading.ts'

/** Whether this call made the change, and how things stand now. */
export interface Transition {
  readonly won: boolean
  readonly request?: StoredRequest
  /** The task, when this very change suspended it; `killed` tokens of it were alive. */
  readonly suspended?: { readonly task: StoredTask; readonly killed: number }
  /** The agent has used up its budget; `until` is when the next period begins. */
  readonly overBudget?: { readonly until: number }
}

export type Opening =
  | { readonly kind: 'opened' | 'joined'; readonly request: StoredRequest }
  /** `changed`: a person's revocation came between reading and writing; look again. */
  | { readonly kind: 'task-not-active' | 'too-many' | 'changed' }
  /** The question was one too many for the task's risk score: the task is suspended, the question not kept. */
  | { readonly kind: 'suspended'; readonly task: StoredTask; readonly killed: number }

/**
 * PORT: what the authority remembers. Every transition is one conditional operation that says
 * whether it won; an operation never reads first and writes later. A transition that kills tokens
 * appends to the event log in the same step, and every change of a task to the task's audit chain.
 * What is returned is a copy.
 */
export interface AuthorityStore extends ReadingStore, AgentStore, PeopleStore, DeliveryStore {
  addTask(task: StoredTask): Promise<void>
  task(id: string): Promise<StoredTask | undefined>
  /** Only from `active`. Every token of the task is dead from this moment; `killed` counts those alive before. */
  endTask(
    id: string,
    end: {
      readonly state: 'completed' | 'suspended'
      readonly at: number
      readonly by: string
      readonly because?: SuspensionCause
      /** A person's; internal. */
      readonly reason?: string
    },
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
      readonly suspendAt: SuspensionLimits
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
  /** Only from `pending`, unexpired, task active. Counts in the task's `denials` and may suspend it. */
  deny(
    id: string,
    decision: {
      readonly at: number
      readonly by: string
      readonly suspendAt: SuspensionLimits
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

  /** False, and nothing added, when it is for an agent that is suspended. */
  addToken(token: StoredToken, at: number): Promise<boolean>
  /**
   * Adds a token of an approved, redeemable request of an active task, unless its agent is suspended; the
   * token before it dies.
   */
  redeem(
    id: string,
    token: StoredToken,
    at: number,
    budget?: { readonly tokens: number; readonly periodMs: number },
  ): Promise<Transition>
  /** False when unknown, not this holder's, dead, or past its time. What was exchanged for it dies with it. */
  revokeToken(jti: string, holder: string, at: number): Promise<boolean>
  token(jti: string): Promise<
    | {
        readonly token: StoredToken
        readonly task?: StoredTask
        readonly request?: StoredRequest
        /** False when the person's token it was exchanged for is dead or gone; true without one. */
        readonly rooted: boolean
      }
    | undefined
  >

  /** Events after `sequence` that still matter at `at`, in order. */
  eventsAfter(sequence: number, at: number): Promise<readonly StoredEvent[]>

  /** Newest first. */
  keys(): Promise<readonly StoredKey[]>
  /**
   * Only if no key has this generation. The ones before then verify until `retireAt`, and those whose
   * time is over at `at` are forgotten.
   */
  addKey(
    key: StoredKey,
    change: { readonly at: number; readonly by: string; readonly retireAt?: number },
  ): Promise<boolean>

  /** At most `most` that are due, and keeps others from taking the same ones until `at + leaseMs`. */
  takeCallbacks(
    at: number,
    options: { readonly most: number; readonly leaseMs: number },
  ): Promise<readonly StoredCallback[]>
  /** `retryAt` absent: done with, delivered or given up. Nothing, if news came since it was taken. */
  settleCallback(callback: StoredCallback, outcome: { readonly retryAt?: number }): Promise<void>

  /** Entries of one chain, or of all, by chain and sequence. */
  audit(chain?: string): Promise<readonly StoredAudit[]>
  chainHeads(): Promise<readonly ChainHead[]>
  /** All of it, as it was at one moment. */
  auditSnapshot(): Promise<{
    readonly entries: readonly StoredAudit[]
    readonly heads: readonly ChainHead[]
    readonly anchors: readonly StoredAnchor[]
  }>
  anchors(): Promise<readonly StoredAnchor[]>
  /**
   * Forgets at most `most` tasks that ended before `before`, with all that belongs to them. Only those whose
   * chain is pinned by an anchor: what it ended with is written into the chain `retention`. Says how many.
   */
  sweep(when: {
    readonly at: number
    readonly before: number
    readonly most: number
  }): Promise<number>
  /** Adds an anchor when any chain grew since the last one; says whether it did. */
  anchorAudit(at: number): Promise<boolean>
}
