import { AsyncLocalStorage } from 'node:async_hooks'

/** Where a call says to the middleware around it how it ended, whatever stands between them. */
export interface Latch {
  /** It paused. */
  pause?: unknown
  /** It ends the run. */
  fault?: unknown
}

const latches = new AsyncLocalStorage<Latch>()

export function latched<R>(latch: Latch, work: () => R): R {
  return latches.run(latch, work)
}

export function currentLatch(): Latch | undefined {
  return latches.getStore()
}
