import type { AuthorityServer } from '@lumojit/authority'
import { type Context, Hono } from 'hono'
import { loadAssets } from './assets.ts'
import type { Desk, Hall } from './desk.ts'
import { cookieNames } from './door/cookies.ts'
import { isToken } from './door/csrf.ts'
import { readForm } from './door/form.ts'
import { securityHeaders } from './door/headers.ts'
import { requireOwnOrigin } from './door/own-origin.ts'
import { asRefusal, ConsoleRefusal } from './door/refusal.ts'
import { createThrottle } from './door/throttle.ts'
import { liveLine } from './live.ts'
import type { Place } from './pages/document.ts'
import type { PageContext } from './pages/page.ts'
import { refusalPage } from './pages/sign-in.ts'
import { deskRoutes } from './routes.ts'
import { hallRoutes } from './sign-in-routes.ts'
import { DEFAULT_PATH } from './urls.ts'
import { meet, visitOf } from './visitor.ts'
import type { Html } from './words/inert.ts'

export interface ConsoleOptions {
  /** Its operations are called in this process, as the person who is signed in. */
  readonly authority: AuthorityServer
  /** Where it is served, under the authority's own origin. Default `/console`. */
  readonly path?: string
  /** Milliseconds; the authority's clock, where that is not the machine's. */
  readonly now?: () => number
  /** A minute and session: page loads and refreshes (default 1200), posts (default 120). Live pages at a time (default 12). */
  readonly limits?: { readonly reads?: number; readonly posts?: number; readonly lines?: number }
}

export interface Console {
  readonly path: string
  /**
   * Answers what is under its path, and nothing else. Give it to `mount` of the authority, which checks `Host` and `Origin`
   * before it: alone it does not know under which names it is reached. Never rejects.
   */
  fetch(request: Request): Promise<Response | undefined>
  /** Ends live pages. Idempotent. */
  close(): void
}

/** The person's side of an authority: pages that decide, revoke, show and verify. */
export const createConsole = ({
  authority,
  path = DEFAULT_PATH,
  now = Date.now,
  limits,
}: ConsoleOptions): Console => {
  const url = new URL(authority.url)
  const names = cookieNames(url)
  const assets = loadAssets()
  const closing = new AbortController()
  const throttle = createThrottle(now, { reads: 1200, posts: 120, lines: 12, ...limits })
  const place: Place = {
    path,
    organization: new URL(authority.issuer).pathname.split('/')[2] ?? '',
    asset: (name) => `${path}/assets/${assets.version}/${name}`,
  }
  const origin = (request: Request) => `${url.protocol}//${request.headers.get('host') ?? url.host}`
  const app = new Hono({ strict: false }).basePath(path)

  const dress = (request: Request, response: Response, cookies: readonly string[]): Response => {
    for (const [name, value] of Object.entries(
      securityHeaders(`${origin(request)}${path}/assets/`),
    ))
      response.headers.set(name, value)
    if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store')
    for (const cookie of cookies) response.headers.append('set-cookie', cookie)
    return response
  }

  const show = async (page: Html, status = 200): Promise<Response> =>
    new Response(String(await page), {
      status,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    })

  const refuse = async (request: Request, error: unknown): Promise<Response> => {
    const { status, title, message, fix, retryAfterMs } = asRefusal(error)
    const response = await show(refusalPage(place, { title, text: message, fix }), status)
    if (retryAfterMs !== undefined)
      response.headers.set('retry-after', String(Math.ceil(retryAfterMs / 1000)))
    return dress(request, response, [])
  }

  /** Reads who is there and, for a post, whether the post is theirs; then lets `answer` do it. */
  const enter = async (
    c: Context,
    answer: (hall: Hall) => Promise<Response>,
  ): Promise<Response> => {
    const request = c.req.raw
    const posted = request.method === 'POST'
    const background = request.headers.get('hx-request') !== null
    if (posted) requireOwnOrigin(request, url)
    const at = now()
    const visitor = await meet(authority, request, { url, names, now: at, background })
    const form = posted ? await readForm(request) : new URLSearchParams()
    if (posted && !isToken(form.get('csrf'), visitor.csrf))
      throw new ConsoleRefusal(
        403,
        'Not from here',
        'This form is not of your session, or is too old.',
        {
          fix: 'Open the page again, and repeat what you did.',
        },
      )
    throttle.count(posted ? 'posts' : 'reads', visitor.session?.key ?? 'nobody')
    const hall: Hall = {
      authority,
      place,
      url,
      names,
      visitor,
      request,
      form,
      query: new URL(request.url).searchParams,
      id: c.req.param('id') ?? '',
      now: at,
      show,
    }
    return dress(request, await answer(hall), visitor.cookies)
  }

  /** Only for who is signed in. */
  const atDesk = (answer: (desk: Desk) => Promise<Response>) => (c: Context) =>
    enter(c, async (hall) => {
      const { session, csrf, theme } = hall.visitor
      if (!session) return signInFirst(hall)
      const visit = visitOf(session, csrf)
      const context: PageContext = { ...place, visit, theme, now: hall.now }
      return answer({
        ...hall,
        operations: authority.operations,
        by: { user: session.user.id },
        context,
      })
    })

  /** A page goes to the sign-in and comes back; a part of a page, or a post, cannot. */
  const signInFirst = ({ request }: Hall): Response => {
    const { pathname, search } = new URL(request.url)
    if (request.method !== 'GET' || request.headers.get('hx-request') !== null)
      throw new ConsoleRefusal(401, 'Sign in', 'You are signed out.', {
        fix: 'Sign in, and do it again.',
      })
    const next = pathname === `${path}/` ? '' : `?next=${encodeURIComponent(pathname + search)}`
    return new Response(null, { status: 303, headers: { location: `${path}/sign-in${next}` } })
  }

  app.get(
    '/assets/:version/:name',
    (c) =>
      assets.serve(c.req.param('name')) ??
      refuse(c.req.raw, new ConsoleRefusal(404, 'Not found', 'There is no such file.')),
  )
  for (const [method, pattern, answer] of hallRoutes())
    app.on(method, pattern, (c) => enter(c, answer))
  for (const [method, pattern, answer] of deskRoutes()) app.on(method, pattern, atDesk(answer))
  app.get(
    '/live',
    atDesk(async ({ by, visitor }) => {
      const ended = throttle.line(visitor.session?.key ?? '')
      const allowed = async () =>
        visitor.secret !== undefined &&
        (await authority.operations.readSession({ session: visitor.secret, background: true })) !==
          undefined
      const stream = liveLine(authority, { by, allowed, ended, closing: closing.signal, now })
      return new Response(stream, {
        headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
      })
    }),
  )
  app.notFound((c) =>
    refuse(c.req.raw, new ConsoleRefusal(404, 'Not found', 'There is no such page.')),
  )
  app.onError((error, c) => refuse(c.req.raw, error))

  return {
    path,
    async fetch(request) {
      const { pathname } = new URL(request.url)
      if (pathname === path)
        return new Response(null, { status: 308, headers: { location: `${path}/` } })
      if (!pathname.startsWith(`${path}/`)) return undefined
      return app.fetch(request)
    },
    close: () => closing.abort(),
  }
}
