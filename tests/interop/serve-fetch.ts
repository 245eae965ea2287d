import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

export interface Served {
  readonly url: string
  close(): Promise<void>
}

/** Serves a fetch handler on a free loopback port. */
export async function serveFetch(handle: (request: Request) => Promise<Response>): Promise<Served> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await handle(requestOf(incoming))
      outgoing.writeHead(response.status, [...response.headers].flat())
      if (response.body) Readable.fromWeb(response.body as ReadableStream).pipe(outgoing)
      else outgoing.end()
    } catch (error) {
      console.error(error)
      outgoing.writeHead(500).end()
    }
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = incoming
  const body = method === 'GET' || method === 'HEAD' ? undefined : Readable.toWeb(incoming)
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return new Request(new URL(url, `http://${headers.host}`), {
    method,
    headers: pairs,
    ...(body && { body: body as BodyInit, duplex: 'half' }),
  })
}
