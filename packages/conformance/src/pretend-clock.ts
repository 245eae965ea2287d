import type { Clock } from '@lumojit/core'

interface Sleeper {
  readonly due: number
  readonly order: number
  wake(): void
}

/**
 * A clock that moves only when told. `now()` stands still while code runs, so a test says exactly
 * what has expired and what has not.
 */
export interface ManualClock extends Clock {
  /** Moves time on, waking sleepers in the order of their due time and letting each run before the next. */
  advance(ms: number): Promise<void>
  /** Resolves once at least `count` sleeps are under way. */
  whenSleeping(count?: number): Promise<void>
  /** Moves time from one sleeper to the next until `work` is settled, and gives what it gives. */
  until<R>(work: Promise<R>): Promise<R>
  /** How many sleeps are under way. */
  readonly sleeping: number
}

/** `busy`: how much pretend work is under way that needs no time; the clock does not overtake it. */
export function manualClock(start: number, busy: () => number = () => 0): ManualClock {
  let now = start
  let order = 0
  const sleepers = new Set<Sleeper>()
  const watchers = new Set<() => void>()

  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const stop = () => {
        sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        due: now + Math.max(0, ms),
        order: order++,
        wake: () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', stop)
          resolve()
        },
      }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', stop, { once: true })
      for (const look of watchers) look()
    })

  const next = (): Sleeper | undefined =>
    [...sleepers].sort((a, b) => a.due - b.due || a.order - b.order)[0]

  const quiet = async () => {
    // Bounded, since some work waits for time itself, or for the test.
    for (let calm = 0, turns = 0; calm < 6 && turns < 200; calm++, turns++) {
      const before = order
      await turn()
      // Work that is under way may still start a sleep: begin again.
      if (order !== before || busy() > 0) calm = -1
    }
  }

  const advance = async (ms: number) => {
    const end = now + ms
    await quiet()
    for (let first = next(); first && first.due <= end; first = next()) {
      now = Math.max(now, first.due)
      first.wake()
      await quiet()
    }
    now = end
  }

  return {
    now: () => now,
    sleep,
    advance,
    get sleeping() {
      return sleepers.size
    },
    whenSleeping: (count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          if (sleepers.size < count) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
    until: async (work) => {
      let settled = false
      const mark = () => {
        settled = true
      }
      work.then(mark, mark)
      while (!settled) {
        await quiet()
        const first = next()
        if (settled || !first) continue
        now = Math.max(now, first.due)
        first.wake()
      }
      return work
    },
  }
}

/**
 * One turn of the event loop in which also the thread pool has come round: digests and signatures
 * that were queued before this one are done, give or take the pool's width.
 */
async function turn(): Promise<void> {
  await crypto.subtle.digest('SHA-256', new Uint8Array(64))
  await new Promise((resolve) => setImmediate(resolve))
}
