import type { AuthorityServer, SessionReading } from '@lumojit/authority'
import { type CookieNames, readCookie, writeCookie } from './door/cookies.ts'
import { csrfToken, isVisit, newVisit } from './door/csrf.ts'
import type { Theme } from './pages/document.ts'
import type { Visit } from './pages/visit.ts'

/** Who is at the door, out of the cookies. */
export interface Visitor {
  readonly session: SessionReading | undefined
  /** The secret in the cookie, as it came. */
  readonly secret: string | undefined
  readonly visit: string
  readonly csrf: string
  readonly theme: Theme
  /** Cookies the answer has to set. */
  readonly cookies: readonly string[]
}

/**
 * Reads the session. `background`: a page asks by itself, which must not keep an unattended screen signed in.
 */
export const meet = async (
  { operations }: AuthorityServer,
  request: Request,
  {
    url,
    names,
    now,
    background,
  }: {
    readonly url: URL
    readonly names: CookieNames
    readonly now: number
    readonly background: boolean
  },
): Promise<Visitor> => {
  const cookies: string[] = []
  const kept = readCookie(request, names.visit)
  const visit = isVisit(kept) ? kept : newVisit()
  if (visit !== kept) cookies.push(writeCookie(url, names.visit, visit))
  const secret = readCookie(request, names.session)
  const session =
    secret === undefined ? undefined : await operations.readSession({ session: secret, background })
  if (session?.session !== undefined)
    cookies.push(
      writeCookie(url, names.session, session.session, { maxAgeMs: session.endsAt - now }),
    )
  const theme = readCookie(request, names.theme)
  return {
    session,
    secret: session?.session ?? secret,
    visit,
    csrf: csrfToken(visit, session?.key),
    theme: theme === 'dark' || theme === 'light' ? theme : 'auto',
    cookies,
  }
}

export const visitOf = (session: SessionReading, csrf: string): Visit => ({
  user: session.user,
  csrf,
})
