import type { Context } from './context.ts'

/** Milliseconds before each further attempt: eight in about a day, then it is given up. */
export const BACKOFF_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000, 14_400_000, 43_200_000]
export const LEASE_MS = 30_000
export const AT_ONCE = 20
/** What is due by time alone (a question that ran out, another attempt) is looked for this often. */
const LOOK_MS = 5_000

/** Goes on sending until the authority closes. `sendDue` goes once around, and says how many were due. */
export const keepSending = async (
  { closing, clock, changes }: Context,
  topic: string,
  sendDue: () => Promise<number>,
): Promise<void> => {
  while (!closing.aborted) {
    const watch = changes.watch([topic])
    const done = new AbortController()
    const stop = () => done.abort()
    closing.addEventListener('abort', stop, { once: true })
    try {
      if ((await sendDue()) === 0)
        await Promise.race([watch.changed, clock.sleep(LOOK_MS, done.signal).catch(() => {})])
    } catch {
      // The store is busy or gone for a moment; what is due stays due.
      await clock.sleep(LOOK_MS, done.signal).catch(() => {})
    } finally {
      closing.removeEventListener('abort', stop)
      done.abort()
      watch.stop()
    }
  }
}
