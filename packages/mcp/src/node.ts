import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { systemClock } from '@lumojit/core'
import { StdioServerTransport, serveStdio as serve } from '@modelcontextprotocol/server/stdio'
import { deferred } from './deferred.ts'
import type { Gateway } from './gateway.ts'

export interface ListenOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Address to bind. Default 127.0.0.1. */
  readonly host?: string
}

export interface RunningGateway {
  /** Without a path: the endpoint is where `path` of the gateway says. */
  readonly url: string
  readonly gateway: Gateway
  /** Ends every run, lets answers finish (at most 2 s), frees the port. Idempotent. */
  close(): Promise<void>
}

/** Binds first, so that the gateway can know its own URL; then serves it. */
export async function serveHttp(
  make: Gateway | ((url: string) => Gateway | Promise<Gateway>),
  { port = 0, host = '127.0.0.1' }: ListenOptions = {},
): Promise<RunningGateway> {
  let gateway: Gateway | undefined
  const server = createAdaptorServer({
    fetch: (request) => gateway?.fetch(request) ?? new Response(null, { status: 503 }),
    overrideGlobalObjects: false,
  }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const name = host.includes(':') ? `[${host}]` : host
  const url = `http://${name}:${(server.address() as AddressInfo).port}`
  try {
    gateway = typeof make === 'function' ? await make(url) : make
  } catch (error) {
    server.close()
    throw error
  }
  const served = gateway
  let closed: Promise<void> | undefined
  return { url, gateway: served, close: () => (closed ??= stop(server, served)) }
}

async function stop(server: Server, gateway: Gateway): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()))
  await gateway.close()
  const over = new AbortController()
  // Streams of clients that stay connected would hold the port for ever.
  const force = systemClock.sleep(200, over.signal).then(() => server.closeAllConnections())
  await done
  over.abort()
  await force.catch(() => {})
}

export interface StdioOptions {
  readonly input?: Readable
  readonly output?: Writable
  /** Ends it as the end of `input` does. */
  readonly signal?: AbortSignal
  /** Most milliseconds that ending may take: clients kill what has not ended 2 s after its input did. Default 1500. */
  readonly endWithinMs?: number
}

/**
 * Serves one client over stdin and stdout, until its input ends; what its tasks held has been revoked
 * by then. The promise never rejects.
 */
export async function serveStdio(gateway: Gateway, options: StdioOptions = {}): Promise<void> {
  const { input = process.stdin, output = process.stdout, signal, endWithinMs = 1_500 } = options
  const ended = deferred<void>()
  const end = () => ended.resolve()
  for (const event of ['end', 'close', 'error']) input.once(event, end)
  output.once('error', end)
  if (signal?.aborted) end()
  signal?.addEventListener('abort', end, { once: true })
  const handle = serve(() => gateway.server(), {
    transport: new StdioServerTransport(input, output),
  })
  await ended.promise
  const over = new AbortController()
  await Promise.race([
    Promise.allSettled([gateway.close(), handle.close()]),
    systemClock.sleep(endWithinMs, over.signal),
  ])
  over.abort()
}
