import type { Clock } from './clock.ts'

// After a failure the next attempt waits this long: a dead authority is not asked once per request.
const FAILURE_PAUSE_MS = 1_000

/**
 * A document of the authority: loaded at first need, one flight at a time. Past `freshMs` it is loaded again, and served on
 * if that fails; past `maxAgeMs` it is not served.
 */
export class CachedDocument<T extends object> {
  readonly #load: () => Promise<T>
  readonly #clock: Clock
  readonly #freshMs: number
  readonly #maxAgeMs: number
  readonly #cooldownMs: number
  #value: T | undefined
  #loadedAt = Number.NEGATIVE_INFINITY
  #failure: { readonly at: number; readonly error: unknown } | undefined
  #flight: Promise<T> | undefined

  constructor(
    load: () => Promise<T>,
    options: {
      readonly clock: Clock
      readonly freshMs: number
      readonly maxAgeMs: number
      readonly cooldownMs: number
    },
  ) {
    this.#load = load
    this.#clock = options.clock
    this.#freshMs = options.freshMs
    this.#maxAgeMs = options.maxAgeMs
    this.#cooldownMs = options.cooldownMs
  }

  async get(): Promise<T> {
    const age = this.#clock.now() - this.#loadedAt
    if (this.#value === undefined || age >= this.#maxAgeMs) return this.#renew()
    if (age < this.#freshMs) return this.#value
    const old = this.#value
    return this.#renew().catch(() => old)
  }

  /** A newer one than the one seen; undefined when the last load is less than a cooldown ago. */
  async newerThan(seen: T): Promise<T | undefined> {
    if (this.#value !== seen) return this.get()
    if (this.#clock.now() - this.#loadedAt < this.#cooldownMs) return undefined
    return this.#renew()
  }

  #renew(): Promise<T> {
    const failure = this.#failure
    if (failure !== undefined && this.#clock.now() - failure.at < FAILURE_PAUSE_MS) {
      return Promise.reject(failure.error)
    }
    this.#flight ??= this.#load()
      .then(
        (value) => {
          this.#value = value
          this.#loadedAt = this.#clock.now()
          this.#failure = undefined
          return value
        },
        (error: unknown) => {
          this.#failure = { at: this.#clock.now(), error }
          throw error
        },
      )
      .finally(() => {
        this.#flight = undefined
      })
    return this.#flight
  }
}
