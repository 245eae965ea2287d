import type { AuthorityMetadata } from './authority-metadata.ts'
import type { CachedDocument } from './cached-document.ts'
import type { StreamEvent } from './event-stream.ts'
import { followFeed, SILENT_AFTER_MS } from './feed-connection.ts'
import { notOffered, unreachable, unreadable } from './feed-faults.ts'
import type { Io } from './fetch-json.ts'
import { GuardError } from './guard-error.ts'
import { Revocations } from './revocations.ts'

const READY_WITHIN_MS = 5_000
const GRACE_MS = 1_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000

/**
 * Follows the authority's revocation feed from first use until the guard closes. Decisions need it `current`:
 * ready, on an open connection heard from within 15 s, or cut off for at most 1 s.
 */
export class RevocationFeed {
  readonly #io: Io
  readonly #metadata: CachedDocument<AuthorityMetadata>
  readonly #closed: AbortSignal
  readonly #revocations = new Revocations()
  readonly #waiting = new Set<() => void>()
  #running: Promise<void> | undefined
  #startedAt = 0
  #live = false
  #heardAt = Number.NEGATIVE_INFINITY
  #lostAt = Number.NEGATIVE_INFINITY
  #resumeFrom = ''
  #fault: GuardError | undefined

  constructor(io: Io, metadata: CachedDocument<AuthorityMetadata>, closed: AbortSignal) {
    this.#io = io
    this.#metadata = metadata
    this.#closed = closed
  }

  /** Resolves when decisions may be made; rejects with GuardError when what is revoked is not known. */
  async current(): Promise<void> {
    this.#running ??= this.#run()
    if (!this.#isCurrent()) await this.#firstReady()
    if (!this.#isCurrent()) throw this.#fault ?? unreachable(undefined)
  }

  include(jti: string, taskId: string | undefined): Promise<boolean> {
    return this.#revocations.include(jti, taskId)
  }

  /** Settles once nothing of the feed is left running. */
  async ended(): Promise<void> {
    await this.#running
  }

  #isCurrent(): boolean {
    if (this.#closed.aborted) return false
    const now = this.#io.clock.now()
    return this.#live ? now - this.#heardAt <= SILENT_AFTER_MS : now - this.#lostAt <= GRACE_MS
  }

  /** Only the very first connection is waited for; later on a request is answered at once, one way or the other. */
  async #firstReady(): Promise<void> {
    const left = this.#startedAt + READY_WITHIN_MS - this.#io.clock.now()
    const wasReady = this.#lostAt > Number.NEGATIVE_INFINITY
    if (wasReady || left <= 0 || this.#fault?.code === 'FEED_NOT_OFFERED') return
    const over = new AbortController()
    const ready = new Promise<void>((resolve) => this.#waiting.add(resolve))
    const signal = AbortSignal.any([over.signal, this.#closed])
    await Promise.race([ready, this.#io.clock.sleep(left, signal).catch(() => {})])
    over.abort()
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  async #run(): Promise<void> {
    const { clock } = this.#io
    this.#startedAt = clock.now()
    let pause = FIRST_PAUSE_MS
    while (!this.#closed.aborted) {
      this.#fault = await this.#connection()
      if (this.#fault.code === 'FEED_NOT_OFFERED') this.#wake()
      if (this.#live) {
        this.#live = false
        // Silence is noticed late, so it counts from the last byte; a cut counts from now.
        const now = clock.now()
        this.#lostAt = now - this.#heardAt >= SILENT_AFTER_MS ? this.#heardAt : now
        pause = FIRST_PAUSE_MS
      }
      await clock.sleep(pause, this.#closed).catch(() => {})
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
    this.#wake()
  }

  /** From opening to the end, whatever ended it. */
  async #connection(): Promise<GuardError> {
    try {
      const { eventsEndpoint } = await this.#metadata.get()
      if (eventsEndpoint === undefined) return notOffered()
      await followFeed(this.#io, {
        url: eventsEndpoint,
        resumeFrom: this.#resumeFrom,
        closed: this.#closed,
        onChunk: (events) => this.#take(events),
      })
      return unreachable('The authority ended the stream.')
    } catch (error) {
      return error instanceof GuardError ? error : unreachable(error)
    }
  }

  #take(events: readonly StreamEvent[]): void {
    this.#heardAt = this.#io.clock.now()
    for (const event of events) {
      try {
        this.#revocations.take(event)
      } catch (cause) {
        // It may have been a revocation, so the next connection asks for everything again.
        this.#resumeFrom = ''
        throw unreadable(cause)
      }
      if (event.event === 'ready') {
        this.#live = true
        this.#wake()
      }
      // A list cut short is asked for again from its start: only what follows `ready` may be skipped.
      if (this.#live) this.#resumeFrom = event.id
    }
    this.#revocations.prune(this.#heardAt)
  }
}
