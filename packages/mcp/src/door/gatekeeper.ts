import {
  localhostAllowedHostnames,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server'
import type { Settings } from '../options.ts'

/** A web page may have rebound its name to this address, or call with its visitor's network: 403, before anything is read. */
export function gatekeeper({
  hosts,
  origins,
  auth,
}: Pick<Settings, 'hosts' | 'origins' | 'auth'>): (request: Request) => Response | undefined {
  const own = [...localhostAllowedHostnames(), ...(auth ? [new URL(auth.resource).hostname] : [])]
  const allowedHosts = [...own, ...hosts]
  const allowedOrigins = [...own, ...origins]
  return (request) => {
    const host = request.headers.get('host') ?? new URL(request.url).host
    if (!validateHostHeader(host, allowedHosts).ok)
      return forbidden('This is not a name of this server.')
    const origin = request.headers.get('origin')
    if (origin !== null && !validateOriginHeader(origin || 'null', allowedOrigins).ok) {
      return forbidden('Pages of this origin may not call this server.')
    }
    return undefined
  }
}

function forbidden(message: string): Response {
  return Response.json(
    { jsonrpc: '2.0', error: { code: -32000, message }, id: null },
    { status: 403 },
  )
}
