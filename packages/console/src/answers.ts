import { securityHeaders } from './door/headers.ts'
import { asRefusal } from './door/refusal.ts'
import type { Place } from './pages/document.ts'
import { refusalPage } from './pages/sign-in.ts'
import type { Html } from './words/inert.ts'

/** How a page leaves the console: as HTML, with what the browser must refuse, kept by nobody. */
export const createAnswers = (place: Place, url: URL) => {
  // The name it was reached by was checked; the policy names this origin's files under that name.
  const assetsOf = (request: Request) =>
    `${url.protocol}//${request.headers.get('host') ?? url.host}${place.path}/assets/`

  const dress = (request: Request, response: Response, cookies: readonly string[]): Response => {
    for (const [name, value] of Object.entries(securityHeaders(assetsOf(request))))
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

  return { dress, show, refuse }
}

export type Answers = ReturnType<typeof createAnswers>
