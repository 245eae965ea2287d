import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type AuthorityServer, createAuthority } from './create-authority.ts'
import type { Mounted } from './http.ts'
import type { AuthorityOptions } from './options.ts'

export interface ListenOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Address to bind. Default 127.0.0.1; anything but loopback needs `url`, the https URL it is reached by. */
  readonly host?: string
  /** Made with the authority, once it knows its URL; see `AuthorityServer.mount`. */
  readonly mount?: (authority: AuthorityServer) => Mounted
}

export interface RunningAuthority {
  readonly url: string
  readonly authority: AuthorityServer
  /** Ends long polls and feeds, lets other answers finish (at most 2 s), frees the port. Idempotent. */
  close(): Promise<void>
}

/** Binds first, so that the authority knows its own URL; then serves it. */
export const serveAuthority = async (
  options: Omit<AuthorityOptions, 'url'> & { readonly url?: string },
  { port = 0, host = '127.0.0.1', mount }: ListenOptions = {},
): Promise<RunningAuthority> => {
  let authority: AuthorityServer | undefined
  const server = createAdaptorServer({
    fetch: (request) => authority?.fetch(request) ?? new Response(null, { status: 503 }),
    overrideGlobalObjects: false,
  }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  try {
    const name = host.includes(':') ? `[${host}]` : host
    const url = options.url ?? `http://${name}:${(server.address() as AddressInfo).port}`
    authority = createAuthority({ ...options, url })
    if (mount) authority.mount(mount(authority))
  } catch (error) {
    server.close()
    throw error
  }
  const served = authority
  const working = served.work()
  let closed: Promise<void> | undefined
  return {
    url: served.url,
    authority: served,
    close: () => (closed ??= stop(server, served).then(() => working)),
  }
}

const stop = async (server: Server, authority: AuthorityServer): Promise<void> => {
  const done = new Promise<void>((resolve) => server.close(() => resolve()))
  authority.close()
  server.closeIdleConnections()
  // An answered long poll leaves an idle connection behind, which would hold the port's close.
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  const force = setTimeout(() => server.closeAllConnections(), 2_000)
  await done
  clearInterval(idle)
  clearTimeout(force)
}
