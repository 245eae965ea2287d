/** The one API behind a proxy, and how its addresses and the proxy's own become each other. */
export class ProxyTarget {
  readonly #resource: URL
  /** Ends in a slash. */
  readonly #prefix: string

  constructor(resource: string) {
    this.#resource = new URL(resource)
    const { pathname } = this.#resource
    this.#prefix = pathname.endsWith('/') ? pathname : `${pathname}/`
  }

  /**
   * Where a call goes: `rest` is what follows the proxy's base, as it stood in the request line.
   * Undefined for what could lead elsewhere than it says: dot segments, encoded or behind an encoded
   * slash, backslashes, a fragment. A program that puts a model's text into a path must encode it.
   */
  urlOf(rest: string): URL | undefined {
    const [path = '', ...query] = rest.split('?')
    if (path !== '' && !path.startsWith('/')) return undefined
    if (/[\\#\s\p{Cc}]/u.test(rest) || path.split('/').some(isDotted)) return undefined
    const search = query.length > 0 ? `?${query.join('?')}` : ''
    const text = `${this.#resource.origin}${this.#prefix}${path.slice(1)}${search}`
    if (!URL.canParse(text)) return undefined
    const url = new URL(text)
    const home = url.origin === this.#resource.origin && url.pathname.startsWith(this.#prefix)
    return home ? url : undefined
  }

  /** A `Location` of the API, for somebody who knows it by `base`. What leads elsewhere stays as it is. */
  locationFrom(base: string, location: string, at: URL): string {
    if (!URL.canParse(location, at)) return location
    const url = new URL(location, at)
    const home = url.origin === this.#resource.origin && url.pathname.startsWith(this.#prefix)
    if (!home) return url.href
    return `${base}/${url.pathname.slice(this.#prefix.length)}${url.search}${url.hash}`
  }
}

/** Also after a server has decoded it once more than it should. */
function isDotted(segment: string): boolean {
  let text = segment
  try {
    text = decodeURIComponent(segment)
  } catch {
    // No UTF-8: what can be read of it is judged.
    text = segment.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\')
  }
  return text.split(/[/\\]/).some((part) => part === '.' || part === '..')
}
