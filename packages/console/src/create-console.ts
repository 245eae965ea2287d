import type { AuthorityServer } from '@lumojit/authority'
import { Hono } from 'hono'
import { createAnswers } from './answers.ts'
import { loadAssets } from './assets.ts'
import type { Desk } from './desk.ts'
import { cookieNames } from './door/cookies.ts'
import { ConsoleRefusal } from './door/refusal.ts'
import { createThrottle } from './door/throttle.ts'
import { createEntrance } from './entrance.ts'
import { liveLine } from './live.ts'
import type { Place } from './pages/document.ts'
import { deskRoutes } from './routes.ts'
import { hallRoutes } from './sign-in-routes.ts'
import { DEFAULT_PATH } from './urls.ts'

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
  const assets = loadAssets()
  const closing = new AbortController()
  const throttle = createThrottle(now, { reads: 1200, posts: 120, lines: 12, ...limits })
  const place: Place = {
    path,
    organization: new URL(authority.issuer).pathname.split('/')[2] ?? '',
    asset: (name) => `${path}/assets/${assets.version}/${name}`,
  }
  const answers = createAnswers(place, url)
  const names = cookieNames(url)
  const { enter, atDesk } = createEntrance({
    ...{ authority, place, url, names, throttle, answers, now },
  })
  const missing = (request: Request, what: string) =>
    answers.refuse(request, new ConsoleRefusal(404, 'Not found', `There is no such ${what}.`))

  const live = async ({ by, visitor: { session, secret } }: Desk): Promise<Response> => {
    const ended = throttle.line(session?.key ?? '')
    const allowed = async () =>
      secret !== undefined &&
      (await authority.operations.readSession({ session: secret, background: true })) !== undefined
    const stream = liveLine(authority, { by, allowed, ended, closing: closing.signal, now })
    return new Response(stream, {
      headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
    })
  }

  const app = new Hono({ strict: false }).basePath(path)
  app.get('/assets/:version/:name', (c) => {
    return assets.serve(c.req.param('name')) ?? missing(c.req.raw, 'file')
  })
  for (const [method, pattern, answer] of hallRoutes()) app.on(method, pattern, enter(answer))
  for (const [method, pattern, answer] of deskRoutes()) app.on(method, pattern, atDesk(answer))
  app.get('/live', atDesk(live))
  app.notFound((c) => missing(c.req.raw, 'page'))
  app.onError((error, c) => answers.refuse(c.req.raw, error))

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
