import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { jitGuard } from '../src/fastify.ts'
import { PretendAuthority, READ } from './pretend-authority.ts'

let authority: PretendAuthority
let app: FastifyInstance
let address: string
let parsed: number
beforeEach(async () => {
  authority = await PretendAuthority.open()
  const guard = authority.guard()
  parsed = 0
  app = Fastify()
  const count = async (_request: unknown, body: string | Buffer) => {
    parsed += 1
    return String(body)
  }
  app.addContentTypeParser('text/x-counted', { parseAs: 'string' }, count)
  interface Document {
    Params: { id: string }
  }
  const needed = jitGuard<Document>(guard, ({ params }) => ({ ...READ, identifier: params.id }))
  app.get<Document>('/v1/documents/:id', { onRequest: needed }, async ({ params, jit }) => ({
    id: params.id,
    task: jit?.taskId,
  }))
  const write = jitGuard(guard, { ...READ, actions: ['write'] })
  app.post('/v1/documents', { onRequest: write }, async ({ body }) => body)
  const nothing = jitGuard(guard, () => undefined as never)
  app.get('/nothing', { onRequest: nothing }, async () => 'in')
  app.register((inside, _options, done) => {
    inside.addHook('onRequest', jitGuard(guard))
    inside.get('/whoami', async ({ jit }) => jit?.agentId)
    done()
  })
  app.get('/open', async ({ jit }) => String(jit))
  app.setErrorHandler((error: { code?: string }, _req, reply) => reply.code(500).send(error.code))
  address = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(async () => {
  await app.close()
  await authority.close()
})

const call = async (path: string, token?: string, init: RequestInit = {}) => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const headers = { ...authorization, ...(init.headers as Record<string, string>) }
  return fetch(`${address}${path}`, { ...init, headers })
}

it('lets a call through that its token covers, and hands over what the token says', async () => {
  const response = await call('/v1/documents/doc_9982', await authority.token())
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ id: 'doc_9982', task: 'task_1' })
})

it('writes the whole refusal', async () => {
  const response = await call('/v1/documents/doc_1', await authority.token())
  expect(response.status).toBe(403)
  const header = response.headers.get('insufficient-authorization-details') ?? ''
  expect(JSON.parse(atob(header))).toEqual({ ...READ, identifier: 'doc_1' })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.json()).toMatchObject({
    authorization_details_hint: { ...READ, identifier: 'doc_1' },
  })
  expect((await call('/v1/documents/doc_9982')).status).toBe(401)
  const head = await call('/v1/documents/doc_1', await authority.token(), { method: 'HEAD' })
  expect(head.status).toBe(403)
})

it('guards every route of a plugin as a hook, and none outside of it', async () => {
  expect((await call('/whoami')).status).toBe(401)
  expect(await (await call('/whoami', await authority.token())).text()).toBe('agt_research-bot')
  expect(await (await call('/open')).text()).toBe('undefined')
})

it('refuses before the body is parsed, and leaves it to the route otherwise', async () => {
  const post = { method: 'POST', body: 'text', headers: { 'content-type': 'text/x-counted' } }
  expect((await call('/v1/documents', await authority.token(), post)).status).toBe(403)
  expect(parsed).toBe(0)
  const writing = { authorization_details: [{ ...READ, actions: ['write'] }] }
  const served = await call('/v1/documents', await authority.token(writing), post)
  expect(await served.text()).toBe('text')
  expect(parsed).toBe(1)
})

it('hands mistakes of the program to the error handler', async () => {
  const missing = await call('/nothing', await authority.token())
  expect([missing.status, await missing.text()]).toEqual([500, 'REQUIRED_INVALID'])
})
