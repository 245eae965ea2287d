import type { Clock } from './clock.ts'
import type { Rates } from './limits.ts'
import { OperationError } from './operation-error.ts'

const WINDOW_MS = 60_000
/** Names kept; beyond it those of past windows are forgotten. */
const MOST_NAMES = 10_000

/**
 * Calls a minute, by name, in windows that begin with a name's first call. Kept in memory: each process
 * counts for itself, which bounds what one of them can be made to do.
 */
export const createRateLimits = (rates: Rates, clock: Clock) => {
  const windows = new Map<string, { readonly since: number; used: number }>()

  const current = (name: string, now: number) => {
    const known = windows.get(name)
    if (known && now - known.since < WINDOW_MS) return known
    if (windows.size >= MOST_NAMES)
      for (const [each, { since }] of windows) if (now - since >= WINDOW_MS) windows.delete(each)
    const fresh = { since: now, used: 0 }
    windows.set(name, fresh)
    return fresh
  }

  const check = (kind: keyof Rates, who: string): { used: number } | undefined => {
    const limit = rates[kind]
    if (limit === 0) return undefined
    const now = clock.now()
    const window = current(`${kind} ${who}`, now)
    if (window.used < limit) return window
    const resetAt = window.since + WINDOW_MS
    throw new OperationError('rate_limit_exceeded', 'Too many calls a minute.', {
      fix: 'Wait as long as Retry-After says; keep tokens instead of fetching new ones.',
      retryAfterMs: Math.max(resetAt - now, 1),
      rate: { limit, resetAt },
    })
  }

  return {
    /** One more call; @throws {OperationError} when that is one too many. */
    count(kind: keyof Rates, who: string): void {
      const window = check(kind, who)
      if (window) window.used++
    },
    /** Whether one more would be allowed; counts nothing. */
    require: (kind: keyof Rates, who: string): void => void check(kind, who),
  }
}

export type RateLimits = ReturnType<typeof createRateLimits>
