import {
  type Authority,
  type AuthorityCapabilities,
  AuthorityError,
  type Grant,
  type Io,
  type Secret,
  type TaskOptions,
  type TaskRecord,
} from '@lumojit/protocol'
import type { Clock } from './clock.ts'
import { LumojitError, refuseFor } from './errors.ts'
import type { Emit } from './events.ts'
import { Flights } from './flight.ts'
import { Ledger } from './ledger.ts'
import type { Policy } from './policy.ts'
import type { ResourceList } from './resource-list.ts'
import type { Store } from './store.ts'

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
  readonly capabilities: () => Promise<AuthorityCapabilities>
}

/** One task from within: what it has asked, what it holds, what is under way. */
export class TaskState {
  readonly ground: Ground
  readonly options: TaskOptions
  /** Hash of the person it acts for. */
  readonly subject: string
  readonly ledger = new Ledger()
  readonly flights = new Flights()
  /** Every token value this task has seen, for scrubbing. */
  readonly tokens = new Set<string>()
  /** Requests that wait for a decision, as far as this process knows. */
  readonly open = new Set<string>()
  /** Requests under way that may yet turn out open. */
  readonly asking = new Set<Promise<unknown>>()
  /** Sends without an answer yet: the end of the task ends them, and nothing that was answered. */
  readonly unanswered = new Set<AbortController>()
  asked = 0
  readonly #end = new AbortController()
  readonly #open: () => Promise<TaskRecord>
  #record: Promise<TaskRecord> | undefined
  #id: string | undefined

  constructor(ground: Ground, options: TaskOptions, subject: string, open: () => Promise<TaskRecord>) {
    this.ground = ground
    this.options = options
    this.subject = subject
    this.#open = open
  }

  get id(): string | undefined {
    return this.#id
  }

  get opened(): boolean {
    return this.#record !== undefined
  }

  get ended(): boolean {
    return this.#end.signal.aborted
  }

  /** Aborts when the task ends, with the fault that says so. */
  get signal(): AbortSignal {
    return this.#end.signal
  }

  /** The task at the authority, opened at first need and once. A failed try is not remembered. */
  record(): Promise<TaskRecord> {
    this.#end.signal.throwIfAborted()
    this.#record ??= this.#open().then(
      (record) => {
        this.#id = record.id
        return record
      },
      (error) => {
        this.#record = undefined
        throw error
      },
    )
    return this.#record
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
  close(): void {
    const closed = new LumojitError(
      'TASK_CLOSED',
      'The task has ended.',
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
