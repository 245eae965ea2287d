import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AuthorityOptions } from '@lumojit/authority'
import { type RunningAuthority, serveAuthority } from '@lumojit/authority/node'
import { createGuard, type GuardOptions } from '@lumojit/guard'
import { guardNode } from '@lumojit/guard/node'
import type { AuthorizationDetail } from '@lumojit/protocol'

type Closing = { close(): Promise<void> }

export const secret = 'the-secret-of-this-bot-0123456789'

/** Real servers on loopback, and what a command needs of the environment to reach them. */
export class World {
  readonly #open: Closing[] = []

  async authority(options: Partial<AuthorityOptions> = {}): Promise<RunningAuthority> {
    const running = await serveAuthority({
      org: 'acme',
      agents: [{ id: 'bot', name: 'Bot', secret }],
      users: [
        { id: 'u_bob', email: 'bob@acme.test', rights: ['jit.approve', 'jit.audit', 'jit.admin'] },
      ],
      ...options,
    })
    this.#open.unshift(running)
    return running
  }

  /** An API that reads documents to whoever may, and takes payments. `GET /open` asks for nothing. */
  async api({
    slash,
    ...guarded
  }: Partial<GuardOptions> &
    Pick<GuardOptions, 'issuer'> & {
      /** Its own name ends in one. */
      readonly slash?: boolean
    }): Promise<Api> {
    let url = ''
    const seen: Api['seen'] = []
    const server = await listening((req, res) => serve(req, res))
    url = origin(server)
    const guard = createGuard({ audience: slash ? `${url}/` : url, ...guarded })
    const check = guardNode(guard)
    const serve = async (req: IncomingMessage, res: ServerResponse) => {
      const path = req.url ?? '/'
      seen.push({ method: req.method ?? '', path, token: req.headers.authorization?.slice(7) })
      const needed = needs(req.method ?? 'GET', path)
      if (needed !== undefined && !(await check(req, res, needed))) return
      if (path === '/echo') {
        res.writeHead(200, { 'content-type': 'text/plain', 'x-seen': req.headers.authorization })
        const text = `you sent ${req.headers.authorization} and nothing else`
        // In two, with the token across the seam.
        res.write(text.slice(0, 40))
        setImmediate(() => res.end(text.slice(40)))
        return
      }
      if (path === '/missing') return void res.writeHead(404).end('{"error":"no such document"}')
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ path }))
    }
    const close = async () => {
      await guard.close()
      await closed(server)
    }
    this.#open.unshift({ close })
    return { url, seen }
  }

  /** Any other server: what a firewall, a proxy or a web page would answer. */
  async server(answer: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
    const server = await listening(answer)
    this.#open.unshift({ close: () => closed(server) })
    return origin(server)
  }

  async close(): Promise<void> {
    for (const one of this.#open.splice(0)) await one.close()
  }
}

export interface Api {
  readonly url: string
  readonly seen: { method: string; path: string; token: string | undefined }[]
}

export const environment = (url: string, more: Record<string, string> = {}) => ({
  LUMOAUTH_URL: url,
  LUMOAUTH_ORG_ID: 'acme',
  AGENT_CLIENT_ID: 'bot',
  AGENT_CLIENT_SECRET: secret,
  ...more,
})

function needs(method: string, path: string): AuthorizationDetail | undefined {
  if (path === '/open' || path === '/missing' || path.startsWith('/.well-known')) return undefined
  if (method === 'POST')
    return { type: 'payment', actions: ['initiate'], identifier: path.slice(1) }
  return { type: 'document_access', actions: ['read'], identifier: path.slice(1) }
}

async function listening(
  answer: (req: IncomingMessage, res: ServerResponse) => unknown,
): Promise<Server> {
  const server = createServer((req, res) => void answer(req, res)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const origin = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const closed = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
