import type { Configuration } from '../configuration.ts'
import { OperationError } from '../operation-error.ts'

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]']

/** The `host[:port]` names this server goes by; a loopback server goes by all three loopback names. */
export const ownHosts = ({ url, hosts }: Configuration): ReadonlySet<string> => {
  const names = [url.host, ...hosts.map((host) => new URL(`${url.protocol}//${host}`).host)]
  const port = url.port === '' ? '' : `:${url.port}`
  if (LOOPBACK_NAMES.includes(url.hostname))
    names.push(...LOOPBACK_NAMES.map((name) => `${name}${port}`))
  return new Set(names)
}

/**
 * Keeps web pages out: one that rebinds its name to this address comes with its own Host, one that
 * posts across sites comes with its own Origin.
 */
export const createGatekeeper = (configuration: Configuration) => {
  const hosts = ownHosts(configuration)
  const { protocol } = configuration.url
  const hostOf = (text: string) => {
    const url = `${protocol}//${text}`
    return URL.canParse(url) ? new URL(url).host : undefined
  }
  return (request: Request): void => {
    const named = [new URL(request.url).host, request.headers.get('host')]
    for (const name of named) {
      if (name === null) continue
      const host = hostOf(name)
      if (host === undefined || !hosts.has(host))
        throw new OperationError('misdirected_request', 'This server goes by another name.', {
          fix: 'Use its configured URL, or list the name in `hosts`.',
        })
    }
    if (request.method === 'GET' || request.method === 'HEAD') return
    const origin = request.headers.get('origin')
    const own = [...hosts].some((host) => origin === new URL(`${protocol}//${host}`).origin)
    if (origin !== null && !own)
      throw new OperationError('origin_not_allowed', 'Other sites may not post here.')
  }
}
