import { ConsoleRefusal } from './refusal.ts'

/**
 * A post comes from a page of this very origin, or it is not taken. `Host` was checked before (`AuthorityServer.mount`), so the
 * origin that fits it is ours. A browser says where a post comes from in one of the two headers at least; whoever says
 * nothing is refused as well.
 */
export const requireOwnOrigin = (request: Request, url: URL): void => {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  const own = `${url.protocol}//${new URL(request.url).host}`
  const named = request.headers.get('host')
  const fits = origin === own || (named !== null && origin === `${url.protocol}//${named}`)
  if (site !== null && site !== 'same-origin') throw foreign()
  if (origin !== null ? !fits : site === null) throw foreign()
}

const foreign = () =>
  new ConsoleRefusal(
    403,
    'Not from here',
    'This came from another site, or from nowhere that could be told.',
    {
      fix: 'Open the console, and do it there.',
    },
  )
