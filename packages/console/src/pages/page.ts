import { html, raw } from 'hono/html'
import type { Html } from '../words/inert.ts'
import { csrfField } from './csrf-field.ts'
import { document, type Place, type Theme } from './document.ts'
import { keys } from './keys.ts'
import { type Room, roomsOf, waitingCount } from './menu.ts'
import type { Visit } from './visit.ts'

export interface PageContext extends Place {
  readonly visit: Visit
  /** Milliseconds, of the authority's clock. */
  readonly now: number
  readonly theme: Theme
  /** Requests that wait, for the menu; absent for who may not see them. */
  readonly waiting?: number
}

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
