import type { Clock } from './clock.ts'

/** Sleeps between two looks at a request; whoever learns that there is news ends them early. */
export class Wakeups {
  readonly #sleeping = new Map<string, Set<() => void>>()

  /** Rejects with the signal's reason as soon as it aborts. */
  async sleep(clock: Clock, ms: number, requestId: string, stop: AbortSignal): Promise<void> {
    const over = new AbortController()
    let wake = () => {}
    const woken = new Promise<void>((resolve) => {
      wake = resolve
    })
    const sleepers = this.#sleeping.get(requestId) ?? new Set()
    this.#sleeping.set(requestId, sleepers.add(wake))
    const asleep = clock.sleep(ms, AbortSignal.any([stop, over.signal]))
    try {
      await Promise.race([asleep, woken])
    } finally {
      sleepers.delete(wake)
      if (sleepers.size === 0) this.#sleeping.delete(requestId)
      asleep.catch(() => {})
      over.abort()
    }
  }

  wake(requestId: string): void {
    for (const wake of this.#sleeping.get(requestId) ?? []) wake()
  }
}
