import { html } from 'hono/html'
import type { Html } from './inert.ts'

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** The two largest units: `1 h 5 min`. `console.js` counts down in the same words. */
export const span = (ms: number): string => {
  const whole = Math.max(0, Math.floor(ms / 1000) * 1000)
  const first = UNITS.findIndex(([, size]) => whole >= size)
  if (first < 0) return '0 s'
  let rest = whole
  const words: string[] = []
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) words.push(`${count} ${unit}`)
  }
  return words.join(' ')
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** Time of day for today, else the date as well; UTC, as the audit has it. */
export const moment = (at: number, now: number): Html => {
  const text = iso(at)
  const day = text.slice(0, 10)
  const shown = day === iso(now).slice(0, 10) ? text.slice(11, 19) : `${day} ${text.slice(11, 16)}`
  return html`<time datetime="${text}" title="${text.slice(0, 19).replace('T', ' ')} UTC">${shown}</time>`
}

/** How long something is still open; counts down in the browser without asking again. */
export const countdown = (until: number, now: number, words: { readonly over: string }): Html => {
  const left = until - now
  return html`<time class="left" datetime="${iso(until)}" data-until="${until}" data-over="${words.over}">${
    left > 0 ? `${span(left)} left` : words.over
  }</time>`
}

/** `5 min ago`. */
export const since = (at: number, now: number): Html =>
  html`<time datetime="${iso(at)}" data-since="${at}">${now - at < 1000 ? 'just now' : `${span(now - at)} ago`}</time>`
