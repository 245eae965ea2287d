import { request } from 'node:http'
import { createWorld, type World } from '@lumojit/conformance'
import { afterEach, expect, it } from 'vitest'
import { bearerAuth, clientAuth, createGateway, type GatewayAuth, guardAuth } from '../src/index.ts'
import { serveHttp } from '../src/node.ts'

const RESOURCE = 'https://tools.acme-corp.com/mcp'
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function open(auth?: GatewayAuth | ((world: World) => GatewayAuth), http = false) {
  const world = await createWorld({
    http,
    authority: { resources: ['https://api.acme-corp.com', RESOURCE] },
  })
  closers.push(() => world.close())
  const made = typeof auth === 'function' ? auth(world) : auth
  const gateway = createGateway({ jit: world.jit(), ...(made && { auth: made }) })
  gateway.tool('hello', {}, () => 'hello')
  closers.push(() => gateway.close())
  return { world, gateway }
}

const list = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'x', version: '1' },
  },
}
const ask = (authorization?: string, url = RESOURCE) =>
  new Request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify(list),
  })

it('gateway:host-and-origin — pages of other origins and rebound names get 403, over a real socket', async () => {
  const { gateway } = await open()
  const running = await serveHttp(gateway)
  closers.push(() => running.close())
  const { port } = new URL(running.url)
  const status = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path: '/mcp',
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...headers,
          },
        },
        (response) => {
          response.resume()
          resolve(response.statusCode)
        },
      )
      sent.on('error', reject)
      sent.end(JSON.stringify(list))
    })
  for (const headers of [
    { host: 'evil.example' },
    { host: `evil.example:${port}` },
    { host: '127.0.0.1.nip.io' },
    { host: 'localhost', origin: 'https://evil.example' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost', origin: 'http://localhost.evil.example' },
  ])
    expect([headers, await status(headers)]).toEqual([headers, 403])
  for (const headers of [
    { host: `localhost:${port}` },
    { host: '127.0.0.1', origin: 'http://localhost:3000' },
  ])
    expect([headers, await status(headers)]).toEqual([headers, 200])
})

it('gateway:own-door — without a token 401, and where to learn who gives them out (RFC 9728)', async () => {
  const { gateway } = await open(
    bearerAuth({
      resource: RESOURCE,
      authorizationServers: ['https://auth.acme-corp.com'],
      scopes: ['mcp'],
      verify: async () => undefined,
    }),
  )
  const refused = await gateway.fetch(ask())
  expect(refused.status).toBe(401)
  const where = 'https://tools.acme-corp.com/.well-known/oauth-protected-resource/mcp'
  expect(refused.headers.get('www-authenticate')).toBe(
    `Bearer realm="mcp", resource_metadata="${where}"`,
  )
  const metadata = await gateway.fetch(new Request(where))
  expect(await metadata.json()).toEqual({
    resource: RESOURCE,
    authorization_servers: ['https://auth.acme-corp.com'],
    scopes_supported: ['mcp'],
    bearer_methods_supported: ['header'],
  })
  expect((await gateway.fetch(new Request(where, { method: 'POST' }))).status).toBe(405)
  expect((await gateway.fetch(ask(undefined, 'https://tools.acme-corp.com/other'))).status).toBe(
    404,
  )
})

it('gateway:own-door — a token made for somebody else, over or unknown opens nothing', async () => {
  const far = Date.now() + 60_000
  const known: Record<string, { id: string; audience: string | string[]; expiresAt: number }> = {
    good: { id: 'a', audience: RESOURCE, expiresAt: far },
    several: { id: 'a', audience: ['https://x.example', `${RESOURCE}/`], expiresAt: far },
    foreign: { id: 'a', audience: 'https://api.acme-corp.com', expiresAt: far },
    none: { id: 'a', audience: [], expiresAt: far },
    over: { id: 'a', audience: RESOURCE, expiresAt: Date.now() - 1 },
    endless: { id: 'a', audience: RESOURCE, expiresAt: Number.NaN },
  }
  const verify = async (token: string) => {
    if (token === 'broken') throw new Error('the verifier is down')
    return known[token]
  }
  const { gateway } = await open(bearerAuth({ resource: RESOURCE, verify }))
  const status = async (value: string) => (await gateway.fetch(ask(value))).status
  for (const token of ['foreign', 'none', 'over', 'endless', 'unknown', 'broken'])
    expect([token, await status(`Bearer ${token}`)]).toEqual([token, 401])
  for (const wrong of ['Basic good', 'Bearer good, Bearer good', 'Bearer', 'Bearer go od'])
    expect([wrong, await status(wrong)]).toEqual([wrong, 401])
  for (const token of ['good', 'several']) expect(await status(`Bearer ${token}`)).toBe(200)
})

it('gateway:own-door — takes what the authority made for this gateway, not what it made for an API, nor what it took back', async () => {
  const { world, gateway } = await open((w) => {
    const auth = guardAuth({ resource: RESOURCE, issuer: w.issuer })
    closers.push(() => auth.close())
    return auth
  }, true)
  const { url, org, clientId, clientSecret } = JSON.parse(world.env())
  const tokenFor = async (resource?: string) => {
    const response = await fetch(`${url}/orgs/${org}/api/v1/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        ...(resource && { resource }),
      }),
    })
    return ((await response.json()) as { access_token: string }).access_token
  }
  const status = async (token: string) => (await gateway.fetch(ask(`Bearer ${token}`))).status
  const own = await tokenFor(RESOURCE)
  expect(await status(own)).toBe(200)
  expect(await status(await tokenFor('https://api.acme-corp.com'))).toBe(401)
  expect(await status(await tokenFor())).toBe(401)
  await fetch(`${url}/orgs/${org}/api/v1/oauth/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token: own, client_id: clientId, client_secret: clientSecret }),
  })
  await expect.poll(() => status(own), { timeout: 20_000 }).toBe(401)
})

it('a client’s token is long enough, or the gateway does not begin', () => {
  const clients = [{ id: 'a', token: 'short' }] as const
  expect(() => clientAuth({ resource: RESOURCE, clients })).toThrow(
    'The token of the client a is too short',
  )
  expect(() => bearerAuth({ resource: 'mcp', verify: async () => undefined })).toThrow('is no URL')
})
