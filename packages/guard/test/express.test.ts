import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { jitGuard } from '../src/express.ts'
import { PretendAuthority, READ } from './pretend-authority.ts'

let authority: PretendAuthority
let server: Server
let port: number
beforeEach(async () => {
  authority = await PretendAuthority.open()
  const guard = authority.guard()
  const documents = express.Router()
  documents.get(
    '/:id',
    jitGuard(guard, (req) => ({ ...READ, identifier: String(req.params.id) })),
    (req, res) => {
      res.json({ id: req.params.id, task: res.locals.jit.taskId })
    },
  )
  documents.post(
    '/',
    jitGuard(guard, { ...READ, actions: ['write'] }),
    express.text(),
    (req, res) => {
      res.send(req.body)
    },
  )
  const faults: ErrorRequestHandler = (error, _req, res, _next) => {
    res.status(500).send(error.code)
  }
  const app = express()
    .use('/v1/documents', documents)
    .get('/whoami', jitGuard(guard), (_req, res) => {
      res.send(res.locals.jit.agentId)
    })
    .get(
      '/nothing',
      jitGuard(guard, () => undefined as never),
      (_req, res) => {
        res.send('in')
      },
    )
    .get('/thrower', jitGuard(guard), () => {
      throw Object.assign(new Error('of the route'), { code: 'ROUTE' })
    })
    .use(faults)
  server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await authority.close()
})

const call = async (path: string, token?: string, init: RequestInit = {}) => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const headers = { ...authorization, ...(init.headers as Record<string, string>) }
  return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers })
}

it('lets a call through that its token covers, and hands over what the token says', async () => {
  const response = await call('/v1/documents/doc_9982', await authority.token())
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ id: 'doc_9982', task: 'task_1' })
  expect(await (await call('/whoami', await authority.token())).text()).toBe('agt_research-bot')
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

it('leaves the body to the route', async () => {
  const token = await authority.token({
    authorization_details: [{ ...READ, actions: ['write'] }],
  })
  const headers = { 'content-type': 'text/plain' }
  const post = { method: 'POST', body: 'text', headers }
  expect(await (await call('/v1/documents', token, post)).text()).toBe('text')
})

it('hands mistakes of the program to the error handler, its own and those of the route, once', async () => {
  const token = await authority.token()
  const missing = await call('/nothing', token)
  expect([missing.status, await missing.text()]).toEqual([500, 'REQUIRED_INVALID'])
  const thrown = await call('/thrower', token)
  expect([thrown.status, await thrown.text()]).toEqual([500, 'ROUTE'])
})
