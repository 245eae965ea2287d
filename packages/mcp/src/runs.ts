import { LumojitError, type Task } from '@lumojit/core'
import { OpenCalls } from './open-calls.ts'
import type { RunOf, Settings } from './options.ts'

/** A principal's run: its task, and the calls of it that are not over. It ends when nobody uses it any more. */
export class Run {
  readonly calls: OpenCalls
  readonly #settings: Settings
  readonly #of: RunOf
  readonly #onEnd: (run: Run) => void
  readonly #over = new AbortController()
  #last: Task | undefined
  #busy = 0
  #idleSince: number

  constructor(settings: Settings, of: RunOf, onEnd: (run: Run) => void) {
    this.calls = new OpenCalls(settings.clock, settings.parkMs)
    this.#settings = settings
    this.#of = of
    this.#onEnd = onEnd
    this.#idleSince = settings.clock.now()
    this.#watch().catch(() => {})
  }

  /** The same for as long as it lives; one that has ended at the authority is replaced. The handle of a pause finds its task again. */
  task(handle: string | undefined): Task {
    const { principal, run } = this.#of
    this.#last = this.#settings.jit.task({
      key: JSON.stringify(['mcp', principal, run]),
      options: async () => this.#settings.task(this.#of),
      ...(handle === undefined ? {} : { handle }),
    })
    return this.#last
  }

  /** Not idle for as long as this goes on. */
  async use<R>(work: () => Promise<R>): Promise<R> {
    this.#busy += 1
    try {
      return await work()
    } finally {
      this.#busy -= 1
      this.#idleSince = this.#settings.clock.now()
    }
  }

  /** What the task holds is revoked. */
  async end(): Promise<void> {
    this.#onEnd(this)
    this.#over.abort(new Error('The run is over.'))
    await this.#last?.complete()
  }

  /** A person who is still being asked keeps the run open: their answer must find it. */
  async #watch(): Promise<void> {
    const { clock, idleMs } = this.#settings
    const due = Math.max(this.#idleSince + idleMs, this.calls.waitingUntil())
    const left = due - clock.now()
    if (left <= 0 && this.#busy === 0) return this.end()
    await clock.sleep(left > 0 ? left : idleMs, this.#over.signal)
    return this.#watch()
  }
}

/** All runs of one gateway, by principal and name. Never by session: some clients open one for each call. */
export class Runs {
  readonly #settings: Settings
  readonly #open = new Map<string, Run>()
  #closed = false

  constructor(settings: Settings) {
    this.#settings = settings
  }

  of(of: RunOf): Run {
    const key = JSON.stringify([of.principal, of.run])
    const known = this.#open.get(key)
    if (known) return known
    if (this.#closed) throw closing()
    const { maxRuns } = this.#settings
    if (this.#open.size >= maxRuns) throw tooMany(maxRuns)
    const run = new Run(this.#settings, of, () => {
      if (this.#open.get(key) === run) this.#open.delete(key)
    })
    this.#open.set(key, run)
    return run
  }

  /** Ends every run. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled([...this.#open.values()].map((run) => run.end()))
  }
}

function closing(): LumojitError {
  return new LumojitError('TASK_CLOSED', 'The gateway is closing.', 'Start it again.')
}

function tooMany(most: number): LumojitError {
  return new LumojitError(
    'CONFIG_INVALID',
    `${most} runs are open at once.`,
    'Let runs end, send the same `x-lumojit-run` for all calls of one run, or raise `maxRuns`.',
  )
}
