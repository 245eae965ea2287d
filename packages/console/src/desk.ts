import type { AuthorityServer, Operations, UserCaller } from '@lumojit/authority'
import type { CookieNames } from './door/cookies.ts'
import type { Place } from './pages/document.ts'
import type { PageContext } from './pages/page.ts'
import type { Visitor } from './visitor.ts'
import type { Html } from './words/inert.ts'

/** One call, before it is known who calls. A form in it has shown its token. */
export interface Hall {
  readonly authority: AuthorityServer
  readonly place: Place
  /** The authority's own, which says whether this is https. */
  readonly url: URL
  readonly names: CookieNames
  readonly visitor: Visitor
  readonly request: Request
  readonly form: URLSearchParams
  readonly query: URLSearchParams
  /** The path's own id; empty where it has none. */
  readonly id: string
  readonly now: number
  readonly show: (page: Html, status?: number) => Promise<Response>
}

/** One call of a person who is signed in. */
export interface Desk extends Hall {
  readonly operations: Operations
  readonly by: UserCaller
  readonly context: PageContext
}

export type Route<T> = readonly [
  method: 'GET' | 'POST',
  path: string,
  answer: (at: T) => Promise<Response>,
]

export const goTo = (location: string, cookies: readonly string[] = []): Response => {
  const response = new Response(null, { status: 303, headers: { location } })
  for (const cookie of cookies) response.headers.append('set-cookie', cookie)
  return response
}
