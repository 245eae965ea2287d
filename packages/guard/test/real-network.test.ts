import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createGuard } from '../src/index.ts'
import { AUDIENCE, call, hashOf, keyPair, READ } from './pretend-authority.ts'

// The one place where sockets, undici's fetch and the system clock are the real ones.
const key = await keyPair('k1')
let server: Server
let issuer: string
let streams: Set<ServerResponse>

beforeEach(async () => {
  streams = new Set()
  server = createServer((req, res) => {
    if (req.url === '/.well-known/oauth-authorization-server') {
      const lumojit_capabilities = { events_endpoint: `${issuer}/events` }
      res.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks`, lumojit_capabilities }))
    } else if (req.url === '/jwks') {
      res.end(JSON.stringify({ keys: [key.jwk] }))
    } else {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write('event: ready\ndata: {}\n\n')
      streams.add(res)
      res.on('close', () => streams.delete(res))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function mint(): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({
    task_id: 'task_1',
    jit: true,
    client_id: 'agt_1',
    authorization_details: [READ],
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setJti('jti_1')
    .setIssuedAt(now)
    .setExpirationTime(now + 300)
    .sign(key.privateKey)
}

it('a task that ends stops its token within a second', async () => {
  const guard = createGuard({ issuer, audience: AUDIENCE })
  try {
    const token = await mint()
    expect(await guard(call(token), READ)).toHaveProperty('taskId', 'task_1')
    const task = hashOf('task_1')
    const exp = Math.floor(Date.now() / 1000) + 900
    for (const stream of streams) {
      stream.write(`event: task-ended\ndata: ${JSON.stringify({ task, exp })}\nid: 2\n\n`)
    }
    await vi.waitFor(
      async () => expect(await guard(call(token), READ)).toHaveProperty('status', 401),
      { timeout: 1_000, interval: 10 },
    )
  } finally {
    await guard.close()
  }
  await vi.waitFor(() => expect(streams.size).toBe(0))
})

it('an authority that is gone lets nobody in, and lets them in again once it is back', async () => {
  const guard = createGuard({ issuer, audience: AUDIENCE })
  try {
    const token = await mint()
    await guard.ready()
    const { port } = server.address() as AddressInfo
    server.closeAllConnections()
    server.close()
    await vi.waitFor(
      async () => expect(await guard(call(token), READ)).toHaveProperty('status', 503),
      { timeout: 10_000 },
    )
    server.listen(port, '127.0.0.1')
    await vi.waitFor(async () => expect(await guard(call(token), READ)).toHaveProperty('taskId'), {
      timeout: 15_000,
    })
  } finally {
    await guard.close()
  }
})

it('a closed guard lets the process exit', async () => {
  const source = fileURLToPath(new URL('../src/index.ts', import.meta.url))
  const program = `
    const { createGuard } = await import(${JSON.stringify(source)})
    const guard = createGuard({ issuer: ${JSON.stringify(issuer)}, audience: ${JSON.stringify(AUDIENCE)} })
    await guard.ready()
    await guard.close()
    console.log('closed')`
  const args = ['--conditions=@lumojit/source', '--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 25_000 })
  expect(stdout).toBe('closed\n')
})
