/** PORT: time, so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** What a timer of the runtime can hold; a longer one would go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. A sleep that nobody awaits any more does not hold the process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      let timer: ReturnType<typeof setTimeout>
      const wait = (left: number) => {
        timer = setTimeout(
          () => {
            if (left > LONGEST_TIMER_MS) return wait(left - LONGEST_TIMER_MS)
            signal?.removeEventListener('abort', stop)
            resolve()
          },
          Math.min(left, LONGEST_TIMER_MS),
        )
      }
      wait(ms)
      signal?.addEventListener('abort', stop, { once: true })
    }),
}
