import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoredAudit } from '@lumojit/authority'
import { type SqliteStore, sqliteStore } from '@lumojit/authority/sqlite'
import { createJit, lumoAuth } from '@lumojit/core'
import { createGuard } from '@lumojit/guard'
import { guardNode } from '@lumojit/guard/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AGENT, Died, MortalAuthority, ORG } from './kill-world.ts'

const directory = mkdtempSync(join(tmpdir(), 'lumojit-kill-'))
const path = join(directory, 'authority.db')
const authority = new MortalAuthority(path)
/** The same file, read from here: what is really there, whatever anybody answered. */
let file: SqliteStore

beforeAll(async () => {
  await authority.start()
  file = sqliteStore(path)
})
afterAll(async () => {
  await authority.stop()
  await file.close()
  rmSync(directory, { recursive: true })
})

const PAY = { type: 'payment', actions: ['initiate'], identifier: 'inv_7' }
const OTHER = { type: 'payment', actions: ['initiate'], identifier: 'inv_8' }

/** Every change of the store, and every answer over HTTP that follows one. */
const CHANGES = [
  'addToken',
  'addTask',
  'openRequest',
  'approve',
  'deny',
  'redeem',
  'revokeToken',
  'revokeRequest',
  'endTask',
  'addKey',
  'anchorAudit',
]
const ANSWERS = [
  'POST /oauth/token',
  'POST /jit/task',
  'POST /jit/request',
  'GET /jit/request/:id/status',
  'POST /jit/request/:id/token',
  'GET /jit/pending',
  'POST /jit/approve/:id',
  'POST /jit/deny/:id',
  'POST /jit/revoke/:id',
  'POST /oauth/introspect',
  'POST /oauth/revoke',
  'POST /jit/task/:id/complete',
]
const POINTS = [
  ...CHANGES.flatMap((name) => [`${name}:before-commit`, `${name}:after-commit`]),
  ...ANSWERS.map((name) => `${name}:before-answer`),
]

const kindsOf = (entries: readonly StoredAudit[], request: string) =>
  entries.filter(({ data }) => JSON.parse(data).request === request).map(({ kind }) => kind)

const isAlive = async (jti: string, now = Date.now()): Promise<boolean> => {
  const found = await file.token(jti)
  const { token, task, request } = found ?? {}
  return (
    token !== undefined &&
    token.revokedAt === undefined &&
    now < token.expiresAt &&
    task?.state === 'active' &&
    request?.state === 'approved' &&
    request.liveToken?.jti === jti
  )
}

const issued = async (task: string, request: string): Promise<readonly string[]> =>
  (await file.audit(task))
    .filter(({ kind }) => kind === 'token.issued')
    .map(({ data }) => JSON.parse(data))
    .filter((data) => data.request === request)
    .map(({ jti }) => jti)

describe('killed at every point of every change, and started again on the same file', () => {
  it.each(POINTS)('authority:survives-kill — at %s', async (point) => {
    let deaths = 0
    /** Does it, and does it again when the process died of it: what a client that got no answer does. */
    const persist = async <R>(work: () => Promise<R>): Promise<R> => {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof Died)) throw error
        expect(await authority.death()).toBe('SIGKILL')
        deaths++
        await authority.start()
        return work()
      }
    }
    const call = (method: string, to: string, token?: string, body?: object) =>
      persist(() => authority.call(method, to, token, body))

    await authority.order('arm', point)
    const approver = (await persist(() => authority.order('sign-in'))).token
    const credentials = { client_id: AGENT.id, client_secret: AGENT.secret }
    const grant = new URLSearchParams({ grant_type: 'client_credentials', ...credentials })
    const agent = (await call('POST', '/oauth/token', undefined, grant)).body.access_token
    const introspect = async (token: string) => {
      const body = new URLSearchParams({ token, ...credentials })
      return (await call('POST', '/oauth/introspect', undefined, body)).body.active
    }
    expect(await introspect(agent)).toBe(true)
    const task = (await call('POST', '/jit/task', agent, { name: point })).body.task_id
    const ask = async (details: object, key: string) => {
      const body = { task_id: task, authorization_details: details, key }
      return (await call('POST', '/jit/request', agent, body)).body.request_id
    }
    const status = async (id: string) =>
      (await call('GET', `/jit/request/${id}/status`, agent)).body.status
    const redeem = async (id: string) => {
      const { status: code, body } = await call('POST', `/jit/request/${id}/token`, agent)
      expect(code).toBe(200)
      // Of all that was ever signed for it, what was answered last is what works.
      const jtis = await issued(task, id)
      const alive = await Promise.all(jtis.map((jti) => isAlive(jti)))
      expect(alive.filter(Boolean)).toHaveLength(1)
      expect(alive.at(-1)).toBe(true)
      return body.access_token as string
    }

    // A question is one question, however often it was asked.
    const first = await ask(PAY, 'call-1')
    expect(await status(first)).toBe('pending')
    expect(kindsOf(await file.audit(task), first)).toEqual(['request.opened'])
    const listed = (await call('GET', '/jit/pending', approver)).body.data
    expect(listed.filter((each: { task_id: string }) => each.task_id === task)).toHaveLength(1)

    // A decision that is there is there once; one that was not kept can be made.
    const yes = await call('POST', `/jit/approve/${first}`, approver, { ttl: 300 })
    expect([200, 400]).toContain(yes.status)
    expect(await status(first)).toBe('approved')
    const before = await redeem(first)
    const token = await redeem(first)
    expect(await introspect(before)).toBe(false)
    expect(await introspect(token)).toBe(true)
    await call('POST', '/oauth/revoke', undefined, new URLSearchParams({ token, ...credentials }))
    expect(await introspect(token)).toBe(false)

    const second = await ask(OTHER, 'call-2')
    await call('POST', `/jit/deny/${second}`, approver, {})
    expect(await status(second)).toBe('denied')
    expect((await call('POST', `/jit/request/${second}/token`, agent)).status).toBe(403)

    // What a person takes back stays taken back.
    const third = await redeem(first)
    await call('POST', `/jit/revoke/${first}`, approver)
    expect(await status(first)).toBe('revoked')
    expect(await introspect(third)).toBe(false)
    const again = await ask(PAY, 'call-3')
    expect(await status(again)).toBe('denied')

    const rest = await ask({ type: 'file_access', actions: ['read'] }, 'call-4')
    const last = await redeem(rest)
    await persist(() => authority.order('rotate'))
    expect(await introspect(last)).toBe(true)
    await call('POST', `/jit/task/${task}/complete`, agent)
    expect(await introspect(last)).toBe(false)
    await persist(() => authority.order('anchor'))

    expect(deaths, `${point} was never hit`).toBe(1)
    const entries = await file.audit(task)
    expect(kindsOf(entries, first).filter((kind) => kind === 'request.approved')).toHaveLength(1)
    expect(kindsOf(entries, second)).toEqual(['request.opened', 'request.denied'])
    expect(entries.filter(({ kind }) => kind === 'task.completed')).toHaveLength(1)
    for (const { kind, data } of entries)
      if (kind === 'token.issued') expect(await isAlive(JSON.parse(data).jti)).toBe(false)
    expect((await authority.order('verify')).problems).toEqual([])
  })

  it('authority:survives-kill — the agent’s wait goes on, and what it waited for opens the door', async () => {
    const guard = createGuard({ issuer: authority.base, audience: 'https://api.example' })
    const check = guardNode(guard)
    const server = createServer(async (request, response) => {
      if ((await check(request, response, [PAY])) === undefined) return
      response.end('paid')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const jit = createJit({
      authority: lumoAuth({
        url: authority.url,
        org: ORG,
        clientId: AGENT.id,
        clientSecret: AGENT.secret,
      }),
      resources: [{ url, audience: 'https://api.example' }],
    })
    try {
      const paying = jit.runTask({ name: 'waits' }, async (task) =>
        (await task.fetch(`${url}/pay`, { method: 'POST', body: '{}' })).text(),
      )
      const waiting = async (): Promise<string> => {
        for (;;) {
          const approver = (await authority.order('sign-in')).token
          const { body } = await authority.call('GET', '/jit/pending', approver)
          const found = body.data.find((each: { task_name: string }) => each.task_name === 'waits')
          if (found) return found.request_id
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
      const id = await waiting()
      authority.kill()
      await authority.death()
      await authority.start()
      // The guard lets nobody in until it hears of revocations again.
      const resource = { resource: 'https://api.example', grant_type: 'client_credentials' }
      const login = { ...resource, client_id: AGENT.id, client_secret: AGENT.secret }
      const { body } = await authority.call(
        'POST',
        '/oauth/token',
        undefined,
        new URLSearchParams(login),
      )
      const knock = () => fetch(url, { headers: { authorization: `Bearer ${body.access_token}` } })
      await expect.poll(async () => (await knock()).status, { timeout: 20_000 }).toBe(403)
      const approver = (await authority.order('sign-in')).token
      expect((await authority.call('POST', `/jit/approve/${id}`, approver, {})).status).toBe(200)
      expect(await paying).toBe('paid')
      const { taskId } = (await file.request(id)) ?? {}
      const opened = (await file.audit(taskId)).filter(({ kind }) => kind === 'request.opened')
      expect(opened).toHaveLength(1)
    } finally {
      await jit[Symbol.asyncDispose]()
      await guard.close()
      server.closeAllConnections()
      server.close()
    }
  })
})
