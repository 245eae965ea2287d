import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { guardNode } from '../src/node.ts'
import { PretendAuthority, READ } from './pretend-authority.ts'

let authority: PretendAuthority
let server: Server
let seen: string[]
beforeEach(async () => {
  authority = await PretendAuthority.open()
  const check = guardNode(authority.guard())
  seen = []
  const serve = async (req: IncomingMessage) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString()
  }
  server = createServer((req, res) => {
    check(req, res, (incoming) => {
      seen.push(incoming.url ?? '')
      return { ...READ, identifier: incoming.url?.split('/').at(-1) ?? '' }
    })
      .then(async (jit) => {
        if (jit !== undefined) res.end(`${jit.agentId} ${await serve(req)}`)
      })
      .catch(() => res.writeHead(500).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await authority.close()
})

async function send(path: string, headers: string[], method = 'GET', body = '') {
  const { port } = server.address() as AddressInfo
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: ['host', 'a.test', ...headers],
  })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, headers: response.headers, text }
}

const bearer = async () => ['authorization', `Bearer ${await authority.token()}`]

it('lets a call through with its body unread', async () => {
  const length = ['content-length', '4']
  const answer = await send('/doc_9982', [...(await bearer()), ...length], 'POST', 'text')
  expect(answer).toMatchObject({ status: 200, text: 'agt_research-bot text' })
})

it('writes the whole refusal', async () => {
  const answer = await send('/doc_1', await bearer())
  expect(answer.status).toBe(403)
  expect(answer.headers).toMatchObject({
    'www-authenticate': expect.stringContaining('insufficient_authorization_details'),
    'cache-control': 'no-store',
    'content-type': 'application/json',
  })
  const header = String(answer.headers['insufficient-authorization-details'])
  expect(JSON.parse(atob(header))).toEqual({ ...READ, identifier: 'doc_1' })
  expect(JSON.parse(answer.text)).toMatchObject({
    authorization_details_hint: { ...READ, identifier: 'doc_1' },
  })
  expect((await send('/doc_9982', [])).status).toBe(401)
})

it('sees both of two Authorization headers, of which Node keeps the first', async () => {
  const good = await bearer()
  const answer = await send('/doc_9982', [...good, 'authorization', 'Bearer other'])
  expect(answer.status).toBe(400)
  expect(JSON.parse(answer.text)).toMatchObject({ error: 'invalid_request' })
})

it('asks what is required of the path the program sees, not of one resolved otherwise', async () => {
  const path = '//evil.test/a/../doc_9982'
  expect((await send(path, await bearer())).status).toBe(200)
  expect(seen).toEqual([path])
})

it('refuses what no request to a resource can be', async () => {
  for (const [path, method] of [
    ['*', 'OPTIONS'],
    ['http://evil.test/doc_9982', 'GET'],
    ['/doc_9982', 'TRACE'],
  ] as const) {
    expect((await send(path, await bearer(), method)).status).toBe(400)
  }
})
