import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Claims, makeKey, readJws, type SigningKey, sha256, signJws } from './signing.ts'

/** An authority as a guard sees it: metadata, keys and the feed, over a real socket, with buttons to misbehave. */
export interface PretendIssuer {
  readonly issuer: string
  readonly key: SigningKey
  /** A token as the real authority writes them; `claims` and `header` replace what they name (undefined removes). */
  token(claims?: Claims, header?: Claims, by?: Parameters<typeof signJws>[2]): Promise<string>
  revoke(jti: string): Promise<void>
  endTask(taskId: string): Promise<void>
  /** The resource's own, for the introspection endpoint. */
  readonly introspection: { readonly clientId: string; readonly clientSecret: string }
  /** Publishes a new key and signs with it from now on. */
  rotate(): Promise<void>
  /** Closes the port and every connection. */
  stop(): Promise<void>
  /** Listens again on the same port. */
  start(): Promise<void>
}

interface FeedEvent {
  readonly name: string
  readonly data: Claims
}

export const AUDIENCE = 'https://api.acme-corp.com'
const PATH = '/orgs/acme-corp/api/v1'
const ALIVE_MS = 1000

export async function pretendIssuer(): Promise<PretendIssuer> {
  let key = await makeKey('first')
  const published = [key]
  const events: FeedEvent[] = []
  const feeds = new Set<ServerResponse>()
  const dead = new Set<string>()
  const introspection = { clientId: AUDIENCE, clientSecret: crypto.randomUUID() }
  let server: Server | undefined
  let port = 0
  let serial = 0
  const issuer = () => `http://127.0.0.1:${port}${PATH}`

  const write = (feed: ServerResponse, { name, data }: FeedEvent, id: number) =>
    feed.write(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  const publish = (event: FeedEvent) => {
    events.push(event)
    for (const feed of feeds) write(feed, event, events.length)
  }
  const follow = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    for (const [at, event] of events.entries()) write(response, event, at + 1)
    write(response, { name: 'ready', data: {} }, events.length)
    feeds.add(response)
    const alive = setInterval(() => response.write(': alive\n\n'), ALIVE_MS)
    response.on('close', () => {
      clearInterval(alive)
      feeds.delete(response)
    })
  }
  const documents: Readonly<Record<string, () => unknown>> = {
    '/.well-known/oauth-authorization-server': () => ({
      issuer: issuer(),
      jwks_uri: `${issuer()}/.well-known/jwks.json`,
      introspection_endpoint: `${issuer()}/oauth/introspect`,
      lumojit_capabilities: { events_endpoint: `${issuer()}/jit/events` },
    }),
    '/.well-known/jwks.json': () => ({ keys: published.map(({ jwk }) => jwk) }),
  }
  /** Tells the resource what is not dead; whoever cannot say its secret learns nothing. */
  const introspect = async (request: IncomingMessage, response: ServerResponse) => {
    const form = new URLSearchParams(await text(request))
    const { clientId, clientSecret } = introspection
    const basic = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`
    const isKnown = request.headers.authorization === `Basic ${btoa(basic)}`
    const claims = isKnown ? await readJws(form.get('token') ?? '', published) : undefined
    const isDead = [claims?.jti, claims?.task_id].some((id) => dead.has(String(id)))
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' })
    const isActive = claims !== undefined && !isDead
    response.end(
      JSON.stringify(
        isActive ? { active: true, token_type: 'Bearer', ...claims } : { active: false },
      ),
    )
  }
  const start = async () => {
    server = createServer((request, response) => {
      const path = request.url?.startsWith(PATH) ? request.url.slice(PATH.length) : ''
      if (path === '/jit/events') return follow(response)
      if (path === '/oauth/introspect') return void introspect(request, response)
      const document = documents[path]
      response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
      response.end(JSON.stringify(document?.() ?? { error: 'not_found' }))
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  const expiry = () => Math.floor(Date.now() / 1000) + 300

  await start()
  return {
    get issuer() {
      return issuer()
    },
    get key() {
      return key
    },
    token: (claims = {}, header = {}, by = key) => {
      serial += 1
      const now = Math.floor(Date.now() / 1000)
      return signJws(
        { alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header },
        {
          iss: issuer(),
          aud: AUDIENCE,
          sub: 'agent:research-bot:task:task_1',
          client_id: 'agt_research-bot',
          agent_id: 'agt_research-bot',
          task_id: 'task_1',
          jit: true,
          iat: now,
          exp: now + 300,
          jti: `jti_${serial}`,
          ...claims,
        },
        by,
      )
    },
    introspection,
    revoke: async (jti) => {
      dead.add(jti)
      publish({ name: 'revoked', data: { token: await sha256(jti), exp: expiry() } })
    },
    endTask: async (taskId) => {
      dead.add(taskId)
      publish({ name: 'task-ended', data: { task: await sha256(taskId), exp: expiry() } })
    },
    rotate: async () => {
      key = await makeKey('second')
      published.unshift(key)
    },
    start,
    stop: async () => {
      const stopping = server
      server = undefined
      if (stopping === undefined) return
      const closed = once(stopping, 'close')
      stopping.close()
      stopping.closeAllConnections()
      await closed
    },
  }
}
