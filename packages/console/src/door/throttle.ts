import { ConsoleRefusal } from './refusal.ts'

const WINDOW_MS = 60_000

/** Calls a minute for each session, and live lines at one time. In memory: it bounds what one process can be made to do. */
export const createThrottle = (
  now: () => number,
  most: { readonly reads: number; readonly posts: number; readonly lines: number },
) => {
  const windows = new Map<string, { since: number; used: number }>()
  const lines = new Map<string, number>()

  return {
    count(kind: 'reads' | 'posts', who: string): void {
      const name = `${kind} ${who}`
      const at = now()
      let window = windows.get(name)
      if (!window || at - window.since >= WINDOW_MS) {
        if (windows.size > 10_000)
          for (const [key, { since }] of windows)
            if (at - since >= WINDOW_MS || windows.size > 10_000) windows.delete(key)
        window = { since: at, used: 0 }
        windows.set(name, window)
      }
      if (++window.used > most[kind])
        throw new ConsoleRefusal(429, 'Too often', 'That is more than a person does in a minute.', {
          retryAfterMs: window.since + WINDOW_MS - at,
        })
    },
    /** One more live line; gives what ends it. */
    line(who: string): () => void {
      const open = lines.get(who) ?? 0
      if (open >= most.lines)
        throw new ConsoleRefusal(429, 'Too often', 'Too many pages of the console are open.', {
          retryAfterMs: 10_000,
        })
      lines.set(who, open + 1)
      let ended = false
      return () => {
        if (ended) return
        ended = true
        const left = (lines.get(who) ?? 1) - 1
        if (left === 0) lines.delete(who)
        else lines.set(who, left)
      }
    },
  }
}

export type Throttle = ReturnType<typeof createThrottle>
