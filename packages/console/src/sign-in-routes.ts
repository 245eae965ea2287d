import type { OpenedSession } from '@lumojit/authority'
import { goTo, type Hall, type Route } from './desk.ts'
import { writeCookie } from './door/cookies.ts'
import { field } from './door/form.ts'
import { asRefusal, ConsoleRefusal } from './door/refusal.ts'
import { signInLinkPage, signInPage } from './pages/sign-in.ts'

/** Password checks that may run at one time: each costs memory and some sixty milliseconds. */
const MOST_CHECKS = 8

/** What can be reached without being signed in. */
export const hallRoutes = (): readonly Route<Hall>[] => {
  let checks = 0
  const one = async <T>(check: () => Promise<T>): Promise<T> => {
    if (checks >= MOST_CHECKS)
      throw new ConsoleRefusal(429, 'Too often', 'Many people sign in at this moment.', {
        retryAfterMs: 2_000,
      })
    checks++
    try {
      return await check()
    } finally {
      checks--
    }
  }

  return [
    [
      'GET',
      '/sign-in',
      async ({ place, visitor, query, show }) =>
        show(
          signInPage(place, { csrf: visitor.csrf, next: nextOf(place.path, query.get('next')) }),
        ),
    ],
    [
      'GET',
      '/sign-in/link',
      async ({ place, visitor, show }) => show(signInLinkPage(place, { csrf: visitor.csrf })),
    ],
    [
      'POST',
      '/sign-in',
      async (hall) => {
        const { authority, place, visitor, form, show } = hall
        const user = field(form, 'user')
        try {
          return await enter(
            hall,
            await one(() => authority.operations.signIn({ user, password: form.get('password') })),
          )
        } catch (error) {
          const { status, message } = asRefusal(error)
          return show(
            signInPage(place, {
              csrf: visitor.csrf,
              next: nextOf(place.path, form.get('next')),
              refused: message,
              user,
            }),
            status,
          )
        }
      },
    ],
    [
      'POST',
      '/sign-in/link',
      async (hall) => {
        const { authority, place, visitor, form, show } = hall
        try {
          return await enter(
            hall,
            await authority.operations.redeemSignInLink({ code: field(form, 'code') }),
          )
        } catch (error) {
          const { status, message } = asRefusal(error)
          return show(signInLinkPage(place, { csrf: visitor.csrf, refused: message }), status)
        }
      },
    ],
    [
      'POST',
      '/sign-out',
      async ({ authority, place, url, names, visitor }) => {
        if (visitor.secret !== undefined)
          await authority.operations.endSession({ session: visitor.secret })
        return goTo(`${place.path}/sign-in`, [
          writeCookie(url, names.session, '', { maxAgeMs: 0 }),
          writeCookie(url, names.visit, '', { maxAgeMs: 0 }),
        ])
      },
    ],
    [
      'POST',
      '/theme',
      async ({ place, url, names, form, request }) => {
        const chosen = form.get('theme') ?? ''
        const theme = ['light', 'dark'].includes(chosen) ? chosen : 'auto'
        const from = request.headers.get('referer')
        const back = from !== null && URL.canParse(from) ? new URL(from) : undefined
        return goTo(nextOf(place.path, back && back.pathname + back.search) ?? `${place.path}/`, [
          writeCookie(url, names.theme, theme, { maxAgeMs: 365 * 86_400_000 }),
        ])
      },
    ],
  ]
}

/** A new session, and the end of the one before: whoever planted that has nothing of this. */
const enter = async (
  { authority, place, url, names, visitor, form, now }: Hall,
  { session, endsAt }: OpenedSession,
): Promise<Response> => {
  if (visitor.session && visitor.secret !== undefined)
    await authority.operations.endSession({ session: visitor.secret })
  return goTo(nextOf(place.path, form.get('next')) ?? `${place.path}/`, [
    writeCookie(url, names.session, session, { maxAgeMs: endsAt - now }),
  ])
}

/** A page of the console itself, never another site. */
const nextOf = (path: string, next: string | null | undefined): string | undefined => {
  if (!next?.startsWith(`${path}/`) || /[\\\p{Cc}]/u.test(next)) return undefined
  const { pathname, search, origin } = new URL(next, 'http://console.invalid')
  return origin === 'http://console.invalid' && pathname.startsWith(`${path}/`)
    ? pathname + search
    : undefined
}
