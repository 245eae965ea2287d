import {
  type Authority,
  type AuthorityCapabilities,
  AuthorityError,
  type Decision,
  type Grant,
  type Io,
  type Secret,
  type TaskOptions,
  type TaskRecord,
} from '@lumojit/protocol'
import type { Callback } from './callback.ts'
import type { Clock } from './clock.ts'
import { LumojitError, refuse, refuseFor } from './errors.ts'
import type { Emit } from './events.ts'
import { Flights } from './flight.ts'
import { Ledger } from './ledger.ts'
import type { Policy } from './policy.ts'
import type { ResourceList } from './resource-list.ts'
import type { Store } from './store.ts'
import type { Wakeups } from './wakeups.ts'

/** What every task of one engine shares. */
export interface Ground {
  readonly authority: Authority
  readonly resources: ResourceList
  readonly policy: Policy | undefined
  readonly store: Store
  readonly clock: Clock
  readonly emit: Emit
  readonly fetch: typeof globalThis.fetch
  readonly ttlSeconds: number
  readonly budget: { readonly requests: number; readonly open: number }
  /** Newest first. Rejects with `STATE_KEY_MISSING`. */
  readonly stateKeys: () => Promise<readonly Uint8Array[]>
  /** Whether this authority holds a long poll open; learned at the first answer that came too early. */
  readonly pace: { intervals: boolean }
  readonly callback: Callback | undefined
  readonly wakeups: Wakeups
  readonly capabilities: () => Promise<AuthorityCapabilities>
}

/** A task as it was opened, or found again by a handle. */
export interface Opened {
  readonly record: TaskRecord
  readonly options: TaskOptions
  /** Hash of the person it acts for. */
  readonly subject: string
  /** Requests known from before, by name of the question. */
  readonly requests: readonly (readonly [requestId: string, question: string])[]
  readonly resumed: boolean
}

/** One task from within: what it has asked, what it holds, what is under way. */
export class TaskState {
  readonly ground: Ground
  readonly ledger = new Ledger()
  readonly flights = new Flights()
  /** Every token value this task has seen, for scrubbing. */
  readonly tokens = new Set<string>()
  /** Requests that wait for a decision, as far as this process knows, and until when. */
  readonly open = new Map<string, number | undefined>()
  /** Which calls of this process wait for one of them. */
  readonly waiting = new Map<string, Set<string>>()
  /** The authority has ended it; only a new task can go on. */
  over = false
  /** Sends without an answer yet: the end of the task ends them, and nothing that was answered. */
  readonly unanswered = new Set<AbortController>()
  asked = 0
  #asking = 0
  readonly #queue = new Set<() => void>()
  readonly #end = new AbortController()
  readonly #open: (signal: AbortSignal) => Promise<Opened>
  #opening: Promise<Opened> | undefined
  #opened: Opened | undefined

  constructor(ground: Ground, open: (signal: AbortSignal) => Promise<Opened>) {
    this.ground = ground
    this.#open = open
  }

  get id(): string | undefined {
    return this.#opened?.record.id
  }

  /** Empty until the task is open; whoever reads them has awaited `record()`. */
  get options(): TaskOptions {
    return this.#opened?.options ?? {}
  }

  get subject(): string {
    return this.#opened?.subject ?? ''
  }

  get resumed(): boolean {
    return this.#opened?.resumed ?? false
  }

  get ended(): boolean {
    return this.#end.signal.aborted
  }

  /** Aborts when the task ends, with the fault that says so. */
  get signal(): AbortSignal {
    return this.#end.signal
  }

  /** The task at the authority, opened at first need and once. A failed try is not remembered. */
  async record(): Promise<TaskRecord> {
    this.signal.throwIfAborted()
    if (this.#opened) return this.#opened.record
    this.#opening ??= this.#open(this.signal).then((opened) => this.#begin(opened))
    try {
      return (await this.#opening).record
    } catch (error) {
      this.#opening = undefined
      throw error instanceof AuthorityError ? refuseFor(error) : error
    }
  }

  #begin(opened: Opened): Opened {
    this.#opened = opened
    const { record, requests, resumed } = opened
    for (const [requestId, question] of requests) this.knows(requestId, question)
    if (!resumed) this.ground.emit?.({ type: 'task-opened' }, { taskId: record.id })
    return opened
  }

  /** The task, if anybody has had it opened; what is under way is waited for. */
  async recordIfAny(): Promise<TaskRecord | undefined> {
    const opened = this.#opened ?? (await this.#opening?.catch(() => undefined))
    return opened?.record
  }

  /** A request that was opened before, here or by another process. */
  knows(requestId: string, question: string): void {
    const taskId = this.id
    if (taskId !== undefined) this.ledger.remember(question, { taskId, requestId })
  }

  /**
   * Runs one request within the task's budget. A request under way holds a place among the open
   * ones until it turns out not to wait for anybody.
   */
  async withinBudget(request: () => Promise<Decision>): Promise<Decision> {
    const { requests, open } = this.ground.budget
    for (let reread = false; ; ) {
      this.signal.throwIfAborted()
      this.#forgetExpired()
      if (this.open.size >= open && !reread) {
        // A paused call does not hear of its decision before it is run again.
        reread = true
        await this.#forgetDecided()
        continue
      }
      if (this.asked >= requests || this.open.size >= open) throw refuse('BUDGET_SPENT')
      if (this.open.size + this.#asking < open) break
      await new Promise<void>((wake) => this.#queue.add(wake))
    }
    this.asked += 1
    this.#asking += 1
    try {
      const decision = await atAuthority(request())
      if (decision.status === 'pending') this.open.set(decision.ref.requestId, decision.expiresAt)
      return decision
    } finally {
      this.#asking -= 1
      for (const wake of this.#queue) wake()
      this.#queue.clear()
    }
  }

  /** Nobody can decide them any more, so they hold no place, whether or not anybody looked. */
  async #forgetDecided(): Promise<void> {
    const taskId = (await this.record()).id
    const standing = [...this.open.keys()].map(async (requestId) => {
      const decision = await this.ground.authority.status({ taskId, requestId }, this.io())
      if (decision.status !== 'pending') this.open.delete(requestId)
    })
    await Promise.allSettled(standing)
  }

  #forgetExpired(): void {
    const now = this.ground.clock.now()
    for (const [requestId, expiresAt = Number.POSITIVE_INFINITY] of this.open) {
      if (expiresAt <= now) this.open.delete(requestId)
    }
  }

  io(signal: AbortSignal = this.signal): Io {
    const { subjectToken } = this.options
    return { signal, ...(subjectToken ? { subjectToken } : {}) }
  }

  keepSecret(token: Secret): Secret {
    this.tokens.add(token.reveal())
    return token
  }

  /** Ends waits and unanswered sends. What is still under way finds `ended` when it comes back. */
  close(why = 'The task has ended.'): void {
    const closed = new LumojitError(
      'TASK_CLOSED',
      why,
      'Open a new task, or finish the work before `complete()`.',
    )
    this.#end.abort(closed)
    for (const controller of this.unanswered) controller.abort(closed)
  }

  /** A grant that came after the end is given back unseen. */
  async giveBack(grant: Grant): Promise<void> {
    try {
      await this.ground.authority.revoke(grant, { ...this.io(AbortSignal.timeout(10_000)) })
    } catch {
      // The task is complete at the authority; its token dies there with it.
    }
  }
}

/** Runs a call to the authority; its trouble becomes a refusal, and an end meanwhile says so. */
export async function atAuthority<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof AuthorityError ? refuseFor(error) : error
  }
}
