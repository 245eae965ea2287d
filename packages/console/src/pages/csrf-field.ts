import { html } from 'hono/html'
import type { Html } from '../words/inert.ts'

export const csrfField = ({ csrf }: { readonly csrf: string }): Html =>
  html`<input type="hidden" name="csrf" value="${csrf}">`
