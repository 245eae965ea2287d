import { setTimeout as sleep } from 'node:timers/promises'

/** Real time with an offset, that knows how many sleep on it: at the authority, those are its long polls. */
export function sharedClock() {
  let offset = 0
  let sleeping = 0
  return {
    now: () => Date.now() + offset,
    sleep: async (ms: number, signal?: AbortSignal) => {
      sleeping += 1
      try {
        await sleep(ms, undefined, signal ? { signal } : {})
      } finally {
        sleeping -= 1
      }
    },
    sleeping: () => sleeping,
    advance: (ms: number) => {
      offset += ms
    },
  }
}

/** Stands still until it is turned. */
export function turnedClock(start = 1_800_000_000_000) {
  let now = start
  return {
    now: () => now,
    sleep: () => Promise.reject(new Error('a store does not sleep')),
    advance: (ms: number) => {
      now += ms
    },
  }
}
