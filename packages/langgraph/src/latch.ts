import { AsyncLocalStorage } from 'node:async_hooks'

/** Where a call that paused says so to the middleware around it, whatever stands between them. */
export interface Latch {
  pause?: unknown
}

const latches = new AsyncLocalStorage<Latch>()

export function latched<R>(latch: Latch, work: () => R): R {
  return latches.run(latch, work)
}

export function currentLatch(): Latch | undefined {
  return latches.getStore()
}
