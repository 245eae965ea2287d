/** How a console keeps its cookies apart from those of others on the same host. */
export interface CookieNames {
  readonly session: string
  readonly visit: string
  readonly theme: string
}

/**
 * `__Host-` (RFC 6265bis §4.1.3) where the console is on https: no other host or path can set it. Cookies know no ports, so
 * without https the port is in the name: two authorities on one laptop do not sign each other out.
 */
export const cookieNames = (url: URL): CookieNames => {
  const own = url.protocol === 'https:' ? '__Host-lumojit' : `lumojit-${url.port || '80'}`
  return { session: `${own}-session`, visit: `${own}-visit`, theme: `${own}-theme` }
}

export const readCookie = (request: Request, name: string): string | undefined => {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, ...rest] = pair.split('=')
    if (key?.trim() === name) return rest.join('=').trim() || undefined
  }
  return undefined
}

/**
 * Never readable by scripts. `Lax`, so that a link in a chat or a mail opens the request's page without another sign-in; nothing
 * is changed by GET, and every POST shows its own token and comes from this very origin.
 */
export const writeCookie = (
  url: URL,
  name: string,
  value: string,
  { maxAgeMs }: { readonly maxAgeMs?: number } = {},
): string =>
  [
    `${name}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    ...(url.protocol === 'https:' ? ['Secure'] : []),
    ...(maxAgeMs === undefined ? [] : [`Max-Age=${Math.max(0, Math.floor(maxAgeMs / 1000))}`]),
  ].join('; ')
