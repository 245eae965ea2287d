/** RFC 9110 §10.2.3 `Retry-After`, seconds or a date, in milliseconds from now. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const at = localTime(value, headers, now)
  return at === undefined ? undefined : Math.max(0, at - now)
}

/**
 * A moment the server names, on the local clock. Both sides may disagree about what time it is, so
 * the server's own `Date` is the measure; without one its times are taken at their word.
 */
export function localTime(value: unknown, headers: Headers, now: number): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) return undefined
  const there = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(there) ? at : now + at - there
}
