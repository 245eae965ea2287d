import { AuthorityError, type Secret } from '@lumojit/protocol'
import type { Clock } from '../clock.ts'
import { orAbort } from './or-abort.ts'

export interface Issued {
  readonly token: Secret
  readonly lifeMs: number
}

export interface Minted {
  readonly token: Secret
  readonly refreshAt: number
  readonly diesAt: number
}

export interface Want {
  /** This one was refused: any other will do. */
  readonly stale?: Secret | undefined
  /** The caller's last one was refused, whichever that was. */
  readonly fresh?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** Holders of one dead token find out within this of each other, and share its successor. */
const SHARE_MS = 5_000

/** One kind of token: kept until 60 s before its end (at 80 % of a short life), one request for it at a time. */
export class TokenSlot {
  readonly #clock: Clock
  #live: Minted | undefined
  #flight: Promise<Minted> | undefined
  #minted: Minted[] = []
  #holders = 0
  #sharers = 0
  #sharedUntil = 0
  #ended = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async take(mint: () => Promise<Issued>, want: Want = {}): Promise<Secret> {
    const live = this.#live
    const now = this.#clock.now()
    if (!this.#ended && live && now < live.refreshAt && live.token !== want.stale) {
      if (!want.fresh) {
        this.#holders += 1
        return live.token
      }
      if (!this.#flight && this.#sharers > 0 && now < this.#sharedUntil) {
        this.#sharers -= 1
        return live.token
      }
    }
    if (this.#ended) throw ended()
    if (want.fresh && !this.#flight) {
      this.#sharers = this.#holders
      this.#holders = 0
    }
    if (want.fresh) this.#sharers -= 1
    else this.#holders += 1
    this.#flight ??= this.#mint(mint).finally(() => {
      this.#flight = undefined
    })
    const { token } = await orAbort(this.#flight, want.signal)
    if (this.#ended) throw ended()
    return token
  }

  async #mint(mint: () => Promise<Issued>): Promise<Minted> {
    const { token, lifeMs } = await mint()
    const now = this.#clock.now()
    const refreshAt = now + Math.max(lifeMs - 60_000, lifeMs * 0.8)
    this.#live = { token, refreshAt, diesAt: now + lifeMs }
    this.#sharedUntil = now + SHARE_MS
    this.#minted = [...this.#minted.filter(({ diesAt }) => diesAt > now), this.#live]
    return this.#live
  }

  /** No more tokens from here. Gives those that still live, one just on its way included, to be revoked. */
  async end(signal?: AbortSignal): Promise<readonly Minted[]> {
    this.#ended = true
    await orAbort(Promise.resolve(this.#flight), signal).catch(() => {})
    return this.#minted.filter(({ diesAt }) => diesAt > this.#clock.now())
  }
}

export function ended(): AuthorityError {
  return new AuthorityError('rejected', 'What this token was for has ended.')
}
