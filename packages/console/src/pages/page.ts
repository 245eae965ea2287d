import { html, raw } from 'hono/html'
import type { Html } from '../words/inert.ts'

/** The person who looks, and what every page of theirs needs to know. */
export interface Visit {
  readonly user: { readonly id: string; readonly email: string; readonly rights: readonly string[] }
  /** Goes into every form. */
  readonly csrf: string
}

/** Where the console is, and under which names it serves its files. */
export interface Place {
  /** Path it is mounted at, without a slash at the end. */
  readonly path: string
  readonly organization: string
  /** URL path of a stylesheet or script. */
  readonly asset: (name: string) => string
}

export interface PageContext extends Place {
  readonly visit: Visit
  /** Milliseconds, of the authority's clock. */
  readonly now: number
  readonly theme: Theme
  /** Requests that wait, for the menu; absent for who may not see them. */
  readonly waiting?: number
}

export type Theme = 'auto' | 'light' | 'dark'

export type Room = 'inbox' | 'tasks' | 'grants' | 'audit' | 'rules' | 'agents'

const ROOMS: readonly (readonly [
  Room,
  path: string,
  name: string,
  key: string,
  rights: readonly string[],
])[] = [
  ['inbox', '/', 'Inbox', 'i', ['jit.approve', 'jit.audit', 'jit.admin']],
  ['tasks', '/tasks', 'Tasks', 't', ['jit.approve', 'jit.audit', 'jit.admin']],
  ['grants', '/grants', 'Grants', 'g', ['jit.approve', 'jit.audit', 'jit.admin']],
  ['audit', '/audit', 'Audit', 'u', ['jit.audit', 'jit.admin']],
  ['rules', '/rules', 'Rules', 'r', ['jit.admin']],
  ['agents', '/agents', 'Agents', 'n', ['jit.admin']],
]

export const mayDecide = ({ user }: Visit): boolean => user.rights.includes('jit.approve')
export const mayEndTasks = ({ user }: Visit): boolean =>
  user.rights.includes('jit.approve') || user.rights.includes('jit.admin')

/** What the person may see. */
export const roomsOf = (rights: readonly string[]) =>
  ROOMS.filter(([, , , , needed]) => needed.some((right) => rights.includes(right)))

/** htmx evaluates nothing here, adds no style of its own, asks this origin only and keeps no history. */
const HTMX = JSON.stringify({
  includeIndicatorCSS: false,
  mode: 'same-origin',
  history: false,
  extensions: 'sse',
  defaultSettleDelay: 0,
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

/** The number of requests that wait, beside the word Inbox; also alone, when it changes. */
export const waitingCount = (path: string, waiting: number): Html =>
  html`<span id="waiting" class="count" hx-get="${path}/waiting" hx-trigger="pending from:#live throttle:1s" hx-swap="outerMorph"${
    waiting === 0 ? raw(' hidden') : ''
  }>${waiting > 999 ? '999+' : waiting}<span class="heard"> waiting</span></span>`

/** A page of the console: menu, live line, and what the room shows. */
export const page = (
  context: PageContext,
  { room, title, main }: { readonly room: Room; readonly title: string; readonly main: Html },
): Html => {
  const { path, visit, theme, now, organization, waiting } = context
  return document(context, {
    title,
    theme,
    body: html`<a class="skip" href="#main">Skip to the content</a>
<div id="live" hx-sse:connect="${path}/live" hx-swap="none" data-now="${now}" hidden></div>
<header class="side">
<p class="brand"><strong>lumojit</strong> <span>${organization}</span></p>
<nav aria-label="Console"><ul>${roomsOf(visit.user.rights).map(
      ([id, href, name, key]) =>
        html`<li><a href="${path}${href}" data-key="${key}"${id === room ? raw(' aria-current="page"') : ''}>${name}${
          id === 'inbox' && waiting !== undefined ? html` ${waitingCount(path, waiting)}` : ''
        }</a></li>`,
    )}</ul></nav>
<div class="self">
<p><span class="who">${visit.user.id}</span><small>${visit.user.email}</small></p>
<form method="post" action="${path}/theme">${csrfField(visit)}
<input type="hidden" name="theme" value="${theme === 'dark' ? 'light' : theme === 'light' ? 'auto' : 'dark'}">
<button class="quiet" title="Colours: ${theme}">${theme === 'auto' ? 'Auto' : theme === 'dark' ? 'Dark' : 'Light'}<span class="heard"> colours: change</span></button></form>
<form method="post" action="${path}/sign-out">${csrfField(visit)}<button class="quiet">Sign out</button></form>
</div>
</header>
<main id="main" tabindex="-1">
<p id="offline" role="status" hidden></p>
${main}
</main>
${keys}`,
  })
}

export const csrfField = ({ csrf }: { readonly csrf: string }): Html =>
  html`<input type="hidden" name="csrf" value="${csrf}">`

const keys = html`<dialog id="keys" aria-labelledby="keys-title"><article>
<h2 id="keys-title">Keys</h2>
<dl class="keys">
<div><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next, previous in a list</dd></div>
<div><dt><kbd>Enter</kbd></dt><dd>open it, or press the button that has the focus</dd></div>
<div><dt><kbd>a</kbd></dt><dd>go to “Approve once”</dd></div>
<div><dt><kbd>s</kbd></dt><dd>go to “Approve for this task”</dd></div>
<div><dt><kbd>d</kbd></dt><dd>go to “Deny”</dd></div>
<div><dt><kbd>w</kbd></dt><dd>write words for the agent</dd></div>
<div><dt><kbd>z</kbd></dt><dd>go to “Undo”</dd></div>
<div><dt><kbd>g</kbd> then <kbd>i</kbd> <kbd>t</kbd> <kbd>g</kbd> <kbd>u</kbd> <kbd>r</kbd> <kbd>n</kbd></dt><dd>Inbox, Tasks, Grants, Audit, Rules, Agents</dd></div>
<div><dt><kbd>?</kbd></dt><dd>this list</dd></div>
</dl>
<p>A key only moves the focus: deciding takes <kbd>Enter</kbd> as well, so that no stray key decides.</p>
<form method="dialog"><button>Close</button></form>
</article></dialog>`

/** Nothing is here: what that means, and what to do next. */
export const empty = (title: string, text: Html): Html =>
  html`<section class="empty"><h2>${title}</h2><p>${text}</p></section>`

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
