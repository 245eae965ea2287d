import { html } from 'hono/html'
import { type Html, inert } from '../words/inert.ts'
import { csrfField } from './csrf-field.ts'
import { document, type Place } from './document.ts'

interface SignIn {
  readonly csrf: string
  /** Where to go afterwards; a path of the console. */
  readonly next?: string | undefined
  readonly refused?: string | undefined
  readonly user?: string | undefined
}

const hall = (place: Place, title: string, main: Html): Html =>
  document(place, {
    title,
    body: html`<main id="main" class="hall"><p class="brand"><strong>lumojit</strong> <span>${place.organization}</span></p>${main}</main>`,
  })

const hidden = ({ csrf, next }: SignIn): Html =>
  html`${csrfField({ csrf })}${next === undefined ? '' : html`<input type="hidden" name="next" value="${next}">`}`

const complaint = (refused: string | undefined): Html =>
  refused === undefined ? html`` : html`<p class="refused" role="alert">${inert(refused)}</p>`

/** With a password. */
export const signInPage = (place: Place, signIn: SignIn): Html =>
  hall(
    place,
    'Sign in',
    html`<h1>Sign in</h1>${complaint(signIn.refused)}
<form method="post" action="${place.path}/sign-in">${hidden(signIn)}
<label>User<input name="user" value="${signIn.user ?? ''}" autocomplete="username" required autofocus spellcheck="false" autocapitalize="none"></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button></form>
<p class="hint">No password yet? <code>lumojit dev</code> prints a link that signs you in once.</p>`,
  )

/**
 * With a one-time link. The code stands behind `#`: it reaches no log, and the preview of a link cannot use it up. The page's
 * script moves it into the field; without scripts it is pasted.
 */
export const signInLinkPage = (place: Place, signIn: SignIn): Html =>
  hall(
    place,
    'Sign in',
    html`<h1>Sign in</h1>${complaint(signIn.refused)}
<p>The link works once, and for ten minutes.</p>
<form method="post" action="${place.path}/sign-in/link">${hidden(signIn)}
<label>Code<input name="code" required autocomplete="off" spellcheck="false" autocapitalize="none" data-from-link></label>
<button>Sign in to ${place.organization}</button></form>
<p class="hint"><a href="${place.path}/sign-in">Use a password</a></p>`,
  )

/** Why something was not done, and the way on. */
export const refusalPage = (
  place: Place,
  {
    title,
    text,
    fix,
  }: { readonly title: string; readonly text: string; readonly fix?: string | undefined },
): Html =>
  hall(
    place,
    title,
    html`<h1>${title}</h1><p role="alert">${inert(text)}</p>${fix === undefined ? '' : html`<p>${inert(fix)}</p>`}<p><a href="${place.path}/">To the console</a></p>`,
  )
