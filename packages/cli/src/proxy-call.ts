import type { PendingApproval, PendingVerdict } from '@lumojit/core'
import type { Answer } from './proxy-answer.ts'

export type Settled =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'pending'; readonly approval: PendingApproval }

export interface Execution {
  readonly key: string
  readonly handle: string | undefined
  readonly onPending: (approval: PendingApproval) => PendingVerdict
}

/** Somebody who waits for a call. */
export interface Waiting {
  readonly gone: AbortSignal
  /** Told of a decision that is waited for; false: does not wait for it any longer. */
  asked(approval: PendingApproval): boolean
}

/**
 * One logical call. HTTP has no name for it: a client that ran out of time simply makes it again. So identical
 * calls are one, until somebody has its answer; a later one is another call, and asked about anew.
 */
export class ProxyCall {
  readonly key = `proxy/${crypto.randomUUID()}`
  readonly unsafe: boolean
  /** The decision that is waited for, and how to find it again after a pause. */
  approval: PendingApproval | undefined
  /** Set once it is done, until somebody takes it. */
  answer: Answer | undefined
  readonly #waiting = new Set<Waiting>()
  readonly #onDone: (call: ProxyCall) => void
  #handle: string | undefined
  #running: Promise<Settled> | undefined

  constructor(unsafe: boolean, onDone: (call: ProxyCall) => void) {
    this.unsafe = unsafe
    this.#onDone = onDone
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  /** True while anybody would hear of an answer. */
  get attended(): boolean {
    return [...this.#waiting].some(({ gone }) => !gone.aborted)
  }

  /** Joins what goes on, or begins. */
  join(waiting: Waiting, execute: (how: Execution) => Promise<Settled>): Promise<Settled> {
    this.#waiting.add(waiting)
    if (this.#running && this.approval) waiting.asked(this.approval)
    this.#running ??= this.#run(execute)
    return this.#running
  }

  leave(waiting: Waiting): void {
    this.#waiting.delete(waiting)
  }

  async #run(execute: (how: Execution) => Promise<Settled>): Promise<Settled> {
    this.approval = undefined
    try {
      const settled = await execute({
        key: this.key,
        handle: this.#handle,
        onPending: (approval) => {
          this.#waitsFor(approval)
          const stays = [...this.#waiting].map((each) => !each.gone.aborted && each.asked(approval))
          return stays.includes(true) ? 'wait' : 'suspend'
        },
      })
      if (settled.kind === 'pending') {
        this.#waitsFor(settled.approval)
      } else {
        this.approval = undefined
        this.answer = settled.answer
        this.#onDone(this)
      }
      return settled
    } finally {
      this.#running = undefined
    }
  }

  #waitsFor(approval: PendingApproval): void {
    this.approval = approval
    this.#handle = approval.handle
  }
}
