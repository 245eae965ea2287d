import type { Clock } from '@lumojit/core'
import { OpenCall } from './open-call.ts'
import { KEPT_SECONDS, type Kept } from './request-state.ts'

/** Results that are kept at once for callers that have gone; beyond that the oldest goes. */
const MOST_PARKED = 32

/** The calls of one run that are not over, by who calls what. */
export class OpenCalls {
  readonly #clock: Clock
  readonly #parkMs: number
  readonly #open = new Map<string, OpenCall>()
  /** Calls that are done and whose result nobody has read yet, and until when it is kept. */
  readonly #parked = new Map<OpenCall, number>()
  /** Keys of calls that are over, so that what a client kept of them does not begin them again. */
  readonly #over = new Map<string, number>()

  constructor(clock: Clock, parkMs: number) {
    this.#clock = clock
    this.#parkMs = parkMs
  }

  /** The call that goes on, or a new one. `kept`: what the client was given of it, in this process or an earlier one. */
  find(line: string, kept: Kept | undefined): OpenCall {
    this.#sweep()
    const known = this.#open.get(line)
    if (known) return known
    const again = kept?.line === line && !this.#over.has(kept.key) ? kept : undefined
    const key = again?.key ?? `mcp/${crypto.randomUUID()}`
    const call = new OpenCall(key, again?.handle, (done, keep) => {
      if (keep) this.#parked.set(done, this.#clock.now() + this.#parkMs)
      else this.delivered(line, done)
    })
    call.keptByClient = again !== undefined
    this.#open.set(line, call)
    return call
  }

  /** Somebody has the result: the call is over, and an equal one is another. */
  delivered(line: string, call: OpenCall): void {
    if (this.#open.get(line) === call) this.#open.delete(line)
    this.#parked.delete(call)
    if (call.keptByClient) this.#over.set(call.key, this.#clock.now() + KEPT_SECONDS * 1000)
  }

  /** The last moment at which a person who was asked can still answer; 0 when nobody is asked. */
  waitingUntil(): number {
    const moments = [...this.#open.values()].flatMap(({ approval }) =>
      (approval?.requests ?? []).map(({ expiresAt = 0 }) => expiresAt),
    )
    return Math.max(0, ...moments)
  }

  #sweep(): void {
    const now = this.#clock.now()
    const tooMany = this.#parked.size - MOST_PARKED
    const oldest = new Set([...this.#parked.keys()].slice(0, Math.max(tooMany, 0)))
    for (const [line, call] of this.#open) {
      const until = this.#parked.get(call)
      if (until !== undefined && (until <= now || oldest.has(call))) this.delivered(line, call)
    }
    for (const [key, until] of this.#over) {
      if (until > now) break
      this.#over.delete(key)
    }
  }
}
