import { html } from 'hono/html'
import type { Html } from '../words/inert.ts'

/** “Next 50”, where there are more. */
export const pager = (
  href: string,
  {
    shown,
    total,
    next,
    first,
  }: {
    readonly shown: number
    readonly total: number
    readonly next?: string | undefined
    readonly first: boolean
  },
): Html => {
  const joint = href.includes('?') ? '&' : '?'
  return html`<nav class="pager" aria-label="Pages"><span>${shown} of ${total}</span>${
    first ? '' : html`<a href="${href}">Back to the first</a>`
  }${next === undefined ? '' : html`<a rel="next" href="${href}${joint}after=${encodeURIComponent(next)}">Next</a>`}</nav>`
}
