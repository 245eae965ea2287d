import type { AuthorityServer } from '@lumojit/authority'
import type { Context } from 'hono'
import type { Answers } from './answers.ts'
import type { Desk, Hall } from './desk.ts'
import type { CookieNames } from './door/cookies.ts'
import { isToken } from './door/csrf.ts'
import { readForm } from './door/form.ts'
import { requireOwnOrigin } from './door/own-origin.ts'
import { ConsoleRefusal } from './door/refusal.ts'
import type { Throttle } from './door/throttle.ts'
import type { Place } from './pages/document.ts'
import { meet, visitOf } from './visitor.ts'

interface Entrance {
  readonly authority: AuthorityServer
  readonly place: Place
  readonly url: URL
  readonly names: CookieNames
  readonly throttle: Throttle
  readonly answers: Answers
  readonly now: () => number
}

/** One call from the door to whoever answers it: what is checked, in the order in which it is. */
export const createEntrance = (entrance: Entrance) => {
  const { authority, place, url, names, throttle, answers, now } = entrance

  /** Reads who is there and, for a post, whether the post is theirs; then lets `answer` do it. */
  const enter =
    (answer: (hall: Hall) => Promise<Response>) =>
    async (c: Context): Promise<Response> => {
      const request = c.req.raw
      const posted = request.method === 'POST'
      const background = request.headers.get('hx-request') !== null
      if (posted) requireOwnOrigin(request, url)
      const at = now()
      const visitor = await meet(authority, request, { url, names, now: at, background })
      const form = posted ? await readForm(request) : new URLSearchParams()
      if (posted && !isToken(form.get('csrf'), visitor.csrf)) throw notTheirs()
      // Who is not signed in is counted by browser: nobody uses up another's tries.
      if (visitor.session) throttle.count(posted ? 'posts' : 'reads', visitor.session.key)
      else if (posted) throttle.count('posts', visitor.visit)
      const { searchParams: query } = new URL(request.url)
      const id = c.req.param('id') ?? ''
      const { show } = answers
      const hall: Hall = {
        ...{ authority, place, url, names, visitor, request, form, query, id, show },
        now: at,
      }
      return answers.dress(request, await answer(hall), visitor.cookies)
    }

  /** Only for who is signed in. */
  const atDesk = (answer: (desk: Desk) => Promise<Response>) =>
    enter(async (hall) => {
      const { session, csrf, theme } = hall.visitor
      if (!session) return signInFirst(hall)
      const context = { ...place, visit: visitOf(session, csrf), theme, now: hall.now }
      const by = { user: session.user.id }
      return answer({ ...hall, operations: authority.operations, by, context })
    })

  return { enter, atDesk }
}

const notTheirs = () =>
  new ConsoleRefusal(403, 'Not from here', 'This form is not of your session, or is too old.', {
    fix: 'Open the page again, and repeat what you did.',
  })

/** A page goes to the sign-in and comes back; a part of a page, or a post, cannot. */
const signInFirst = ({ request, place: { path } }: Hall): Response => {
  const { pathname, search } = new URL(request.url)
  if (request.method !== 'GET' || request.headers.get('hx-request') !== null)
    throw new ConsoleRefusal(401, 'Sign in', 'You are signed out.', {
      fix: 'Sign in, and do it again.',
    })
  const next = pathname === `${path}/` ? '' : `?next=${encodeURIComponent(pathname + search)}`
  return new Response(null, { status: 303, headers: { location: `${path}/sign-in${next}` } })
}
