import type { PendingApproval, PendingVerdict } from '@lumojit/core'
import type { CallToolResult } from '@modelcontextprotocol/server'

/** How a call stands for one who waits for it. `keep`: it must not be done again for a caller that missed it. */
export type Settled =
  | { readonly kind: 'result'; readonly result: CallToolResult; readonly keep?: boolean }
  | { readonly kind: 'pending'; readonly approval: PendingApproval }

/** One execution: what core's call needs to know of all who wait for it. Never rejects. */
export type Execute = (how: {
  readonly key: string
  readonly resumeFrom: string | undefined
  readonly onPending: (approval: PendingApproval) => PendingVerdict
}) => Promise<Settled>

/** Somebody who waits for a call. */
export interface Waiting {
  /** Aborts when nobody listens there any more. */
  readonly signal: AbortSignal
  /** Told of a decision that is waited for; says whether to go on waiting. */
  stays(approval: PendingApproval): boolean
}

/**
 * One logical call. MCP has no name for it, so it is made of who calls what: identical calls join it
 * until somebody has its result. A later one is another call, with another key.
 */
export class OpenCall {
  readonly key: string
  /** Of the last pause, here or in the process that began the call. */
  handle: string | undefined
  /** The decision that is waited for, while it is. */
  approval: PendingApproval | undefined
  result: CallToolResult | undefined
  /** A client was given something to keep of it. */
  keptByClient = false
  readonly #waiting = new Set<Waiting>()
  readonly #onResult: (call: OpenCall, keep: boolean) => void
  #running: Promise<Settled> | undefined

  constructor(
    key: string,
    handle: string | undefined,
    onResult: (call: OpenCall, keep: boolean) => void,
  ) {
    this.key = key
    this.handle = handle
    this.#onResult = onResult
  }

  /** Joins what is going on, or begins. The promise is only as patient as its execution; callers leave by `leave`. */
  join(waiting: Waiting, execute: Execute): Promise<Settled> {
    this.#waiting.add(waiting)
    if (this.#running) {
      if (this.approval) waiting.stays(this.approval)
    } else this.#running = this.#run(execute)
    return this.#running
  }

  leave(waiting: Waiting): void {
    this.#waiting.delete(waiting)
  }

  async #run(execute: Execute): Promise<Settled> {
    this.approval = undefined
    const settled = await execute({
      key: this.key,
      resumeFrom: this.handle,
      onPending: (approval) => {
        this.approval = approval
        this.handle = approval.handle
        // Everybody is told, also where the first of them already says to stay.
        const verdicts = [...this.#waiting].map(
          (each) => !each.signal.aborted && each.stays(approval),
        )
        return verdicts.includes(true) ? 'wait' : 'suspend'
      },
    })
    this.#running = undefined
    if (settled.kind === 'pending') {
      this.approval = settled.approval
      this.handle = settled.approval.handle
      return settled
    }
    this.approval = undefined
    this.result = settled.result
    this.#onResult(this, settled.keep === true)
    return settled
  }
}
