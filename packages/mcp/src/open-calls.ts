import type { Clock } from '@lumojit/core'
import type { CallToolResult } from '@modelcontextprotocol/server'
import { OpenCall } from './open-call.ts'
import { KEPT_SECONDS, type Kept } from './request-state.ts'

/** The calls of one run that are not over, by who calls what. */
export class OpenCalls {
  readonly #clock: Clock
  readonly #parkMs: number
  readonly #open = new Map<string, OpenCall>()
  /** Calls whose result nobody was there for, and until when it is kept. */
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
    const call = new OpenCall(
      again?.key ?? `mcp/${crypto.randomUUID()}`,
      again?.handle,
      (over, delivered, keep) => {
        if (delivered || !keep || this.#parkMs === 0) this.#forget(line, over)
        else this.#parked.set(over, this.#clock.now() + this.#parkMs)
      },
    )
    this.#open.set(line, call)
    return call
  }

  /** A result that waited for somebody to come back, given out once. */
  collect(line: string, call: OpenCall): CallToolResult | undefined {
    if (!this.#parked.has(call)) return undefined
    this.#forget(line, call)
    return call.result
  }

  /** The last moment at which a person who was asked can still answer; 0 when nobody is asked. */
  waitingUntil(): number {
    const moments = [...this.#open.values()].flatMap(({ approval }) =>
      (approval?.requests ?? []).map(({ expiresAt = 0 }) => expiresAt),
    )
    return Math.max(0, ...moments)
  }

  #forget(line: string, call: OpenCall): void {
    if (this.#open.get(line) === call) this.#open.delete(line)
    this.#parked.delete(call)
    this.#over.set(call.key, this.#clock.now() + KEPT_SECONDS * 1000)
  }

  #sweep(): void {
    const now = this.#clock.now()
    for (const [line, call] of this.#open) {
      const until = this.#parked.get(call)
      if (until !== undefined && until <= now) this.#forget(line, call)
    }
    for (const [key, until] of this.#over) {
      if (until > now) break
      this.#over.delete(key)
    }
  }
}
