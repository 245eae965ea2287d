import { html } from 'hono/html'
import type { Html } from '../words/inert.ts'

/** Nothing is here: what that means, and what to do next. */
export const empty = (title: string, text: Html): Html =>
  html`<section class="empty"><h2>${title}</h2><p>${text}</p></section>`
