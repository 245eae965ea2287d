import type { Resource } from '@lumojit/protocol'
import { LumojitError } from './errors.ts'

interface Listed {
  readonly resource: Resource
  readonly origin: string
  /** Ends in a slash: a prefix on segment boundaries. */
  readonly path: string
}

/** The only places a token ever goes to. */
export class ResourceList {
  readonly #listed: readonly Listed[]

  constructor(entries: readonly (string | Resource)[]) {
    if (!Array.isArray(entries) || entries.length === 0) {
      throw invalid(
        '`resources` is empty.',
        "List at least one API, such as 'https://api.example.com'.",
      )
    }
    this.#listed = entries.map(read)
    for (const [at, { resource, origin, path }] of this.#listed.entries()) {
      const same = (other: Listed) => other.origin === origin && other.path === path
      if (this.#listed.findIndex(same) !== at) {
        throw invalid(`\`resources\` lists ${resource.url} twice.`, 'List it once.')
      }
    }
  }

  get all(): readonly Resource[] {
    return this.#listed.map(({ resource }) => resource)
  }

  /** The listed resource this URL belongs to; the one with the longest path, if several do. */
  match(url: URL): Resource | undefined {
    let best: Listed | undefined
    for (const listed of this.#listed) {
      if (listed.origin !== url.origin || !within(url.pathname, listed.path)) continue
      if (!best || listed.path.length > best.path.length) best = listed
    }
    return best?.resource
  }

  /** By its `url`, its `audience`, or any URL within it. */
  named(name: string): Resource | undefined {
    const exact = this.#listed.find(
      ({ resource }) => resource.url === name || resource.audience === name,
    )
    if (exact) return exact.resource
    return URL.canParse(name) ? this.match(new URL(name)) : undefined
  }
}

/** True when a `locations` member of RFC 9396 names a place of this resource, by its URL or by its own name. */
export function isAt(location: string, resource: Resource): boolean {
  if (location === resource.audience) return true
  const url = URL.canParse(location, resource.url) ? new URL(location, resource.url) : undefined
  if (!url || url.username || url.password) return false
  return [resource.url, resource.audience].some((base) => {
    if (base === undefined || !URL.canParse(base)) return false
    const { origin, pathname } = new URL(base)
    return origin !== 'null' && origin === url.origin && within(url.pathname, slashed(pathname))
  })
}

/** Loopback literals only: names that merely resolve to loopback can be made to resolve elsewhere. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function read(entry: string | Resource): Listed {
  const resource: Resource = typeof entry === 'string' ? { url: entry } : entry
  const text = resource?.url
  if (typeof text !== 'string' || !URL.canParse(text)) {
    throw invalid(
      `\`resources\` holds ${JSON.stringify(text)}, which is no URL.`,
      "Write it whole, such as 'https://api.example.com'.",
    )
  }
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new LumojitError(
      'INSECURE_URL',
      `Tokens would go to ${url.protocol}//${url.host} unprotected.`,
      'Use https; http is only for 127.0.0.1, [::1] and localhost.',
    )
  }
  if (url.username || url.password || url.search || url.hash || text.includes('*')) {
    throw invalid(
      `The resource ${url.origin} has user information, a query, a fragment or a wildcard.`,
      'List an origin, or an origin with a path.',
    )
  }
  if (resource.baseToken && !['audience', 'shared', 'none'].includes(resource.baseToken)) {
    throw invalid(
      `\`baseToken\` of ${url.origin} is ${JSON.stringify(resource.baseToken)}.`,
      "Use 'audience', 'shared' or 'none'.",
    )
  }
  return { resource, origin: url.origin, path: slashed(url.pathname) }
}

function slashed(path: string): string {
  return path.endsWith('/') ? path : `${path}/`
}

/** Also after a server has decoded what a URL may hold encoded: `..%2f` is a way out to some. */
function within(path: string, prefix: string): boolean {
  const inside = (each: string) => each.startsWith(prefix) || `${each}/` === prefix
  if (prefix === '/' || !/%(2f|5c)/i.test(path)) return inside(path)
  const decoded = path.replace(/%(2f|5c)/gi, '/')
  return inside(path) && inside(new URL(decoded, 'http://host').pathname)
}

function invalid(message: string, fix: string): LumojitError {
  return new LumojitError('CONFIG_INVALID', message, fix)
}

/** A fragment never leaves the client. */
export function withoutFragment(url: string): string {
  const hash = url.indexOf('#')
  return hash < 0 ? url : url.slice(0, hash)
}
