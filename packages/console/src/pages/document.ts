import { html, raw } from 'hono/html'
import type { Html } from '../words/inert.ts'

/** Where the console is, and under which names it serves its files. */
export interface Place {
  /** Path it is mounted at, without a slash at the end. */
  readonly path: string
  readonly organization: string
  /** URL path of a stylesheet or script. */
  readonly asset: (name: string) => string
}

export type Theme = 'auto' | 'light' | 'dark'

/** htmx evaluates nothing here, adds no style of its own, asks this origin only and keeps no history. */
const HTMX = JSON.stringify({
  includeIndicatorCSS: false,
  mode: 'same-origin',
  history: false,
  extensions: 'sse',
  defaultSettleDelay: 0,
  // A refusal is told beside the list, not in its place; what a person opened stays open.
  noSwap: [204, 304, '4xx', '5xx'],
  morphIgnore: ['data-htmx-powered', 'open'],
})

/** An HTML document around `body`. */
export const document = (
  { path, organization, asset }: Place,
  {
    title,
    theme = 'auto',
    body,
  }: { readonly title: string; readonly theme?: Theme; readonly body: Html },
): Html => html`<!doctype html>
<html lang="en"${theme === 'auto' ? '' : raw(` data-theme="${theme}"`)}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content="${HTMX}">
<meta name="robots" content="noindex">
<title>${title} · ${organization} · lumojit</title>
<link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${asset('pico.min.css')}">
<link rel="stylesheet" href="${asset('console.css')}">
<script src="${asset('htmx.min.js')}" defer></script>
<script src="${asset('hx-sse.min.js')}" defer></script>
<script src="${asset('console.js')}" defer></script>
</head>
<body data-path="${path}">
${body}
</body>
</html>`
