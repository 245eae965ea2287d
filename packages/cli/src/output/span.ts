const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** A length of time in the largest unit that says enough: `45 s`, `12 min`, `3 h`. Below a second: `now` is the caller's word. */
export function span(ms: number): string {
  const [unit, size] = UNITS.find(([, least]) => Math.abs(ms) >= least * 2) ?? ['s', 1_000]
  return `${Math.round(Math.abs(ms) / size)} ${unit}`
}

export const left = (until: number, now: number): string =>
  until > now ? span(until - now) : 'over'

export const ago = (at: number, now: number): string =>
  now - at < 1_000 ? 'just now' : `${span(now - at)} ago`
