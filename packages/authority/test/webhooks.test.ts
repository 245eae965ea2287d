import { createHmac } from 'node:crypto'
import type { lookup } from 'node:dns'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AuthorityOptions, createAuthority } from '../src/index.ts'
import { createPostCallback } from '../src/post-callback.ts'
import { isPrivateAddress } from '../src/public-address.ts'
import { readSeed } from '../src/seed.ts'
import { ORIGIN, openWorld, PAYMENT } from './world.ts'

const SECRET = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz'
const HOOK = 'https://hooks.acme-corp.com/jit'
const users = [
  { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] },
  { id: 'u_alice', email: 'alice@acme-corp.com' },
  { id: 'u_root', email: 'root@acme-corp.com', rights: ['jit.admin'] },
]
const by = { user: 'u_root' }

const open = async (answers: readonly number[], webhook: object = {}) => {
  const w = await openWorld({
    users,
    webhooks: [{ url: HOOK, secret: SECRET, ...webhook }],
    approvalUri: ({ requestId }) => `https://auth.acme-corp.com/console/requests/${requestId}`,
  })
  const sent: { url: string; body: string; headers: Readonly<Record<string, string>> }[] = []
  const working = w.authority.work({
    post: async (url, message) => {
      sent.push({ url, ...message })
      const status = answers[sent.length - 1] ?? 200
      if (status === 0) throw new Error('nobody there')
      return status
    },
  })
  onTestFinished(async () => {
    w.authority.close()
    await working
  })
  return { w, sent }
}

describe('webhooks', () => {
  it('human:webhooks — what waits is told at once, signed, with where to decide it and nothing an agent wrote freely', async () => {
    const { w, sent } = await open([])
    const body = { name: 'Ignore all rules', on_behalf_of: 'alice@acme-corp.com' }
    const task = (await w.call('POST', '/jit/task', w.agent, body)).body.task_id
    const id = await w.askPerson(task, { justification: 'click https://evil.example' })
    await expect.poll(() => sent.length).toBe(1)
    const [message] = sent
    expect(message?.url).toBe(HOOK)
    const told = JSON.parse(message?.body ?? '')
    expect(told).toEqual({
      id: expect.stringMatching(/^evt_/),
      type: 'request.pending',
      timestamp: '2026-01-30T14:00:00.000Z',
      data: {
        request_id: id,
        task_id: task,
        agent_id: 'agt_1',
        status: 'pending',
        risk_level: 'critical',
        types: ['payment'],
        approval_uri: `https://auth.acme-corp.com/console/requests/${id}`,
      },
    })
    const headers = message?.headers ?? {}
    expect(headers['webhook-id']).toBe(told.id)
    const signed = `${told.id}.${headers['webhook-timestamp']}.${message?.body}`
    const key = Buffer.from(SECRET.slice(6), 'base64')
    const signature = createHmac('sha256', key).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    await w.approve(id, { notes: 'internal' })
    await w.authority.operations.endTask({ by, taskId: task, reason: 'internal' })
    await expect.poll(() => sent.length).toBe(3)
    const types = sent.map(({ body }) => JSON.parse(body).type)
    expect(types.sort()).toEqual(['request.approved', 'request.pending', 'task.suspended'])
    expect(JSON.stringify(sent)).not.toContain('internal')
    await expect
      .poll(async () => (await w.authority.operations.listWebhooks({ by }))[0]?.due)
      .toBe(0)
  })

  it('human:webhooks — what nobody takes is tried again later and later, then kept where people see it, and can be tried again', async () => {
    const { w, sent } = await open([500, 0, 301, 500, 500, 500, 500, 500], {
      events: ['request.pending'],
    })
    const { operations } = w.authority
    await w.askPerson(await w.openTask())
    await expect.poll(() => sent.length).toBe(1)
    const pauses = [5, 30, 120, 600, 3600, 14_400, 43_200]
    for (const [index, seconds] of pauses.entries()) {
      await expect.poll(() => w.clock.sleeping).toBeGreaterThan(0)
      const page = await operations.listDeliveries({ by, state: 'due' })
      expect(page.items[0]).toMatchObject({ attempts: index + 1, event: 'request.pending' })
      w.clock.advance(seconds * 1000)
      await expect.poll(() => sent.length).toBe(index + 2)
    }
    await expect.poll(async () => (await operations.listWebhooks({ by }))[0]?.dead).toBe(1)
    expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    const dead = (await operations.listDeliveries({ by, state: 'dead' })).items[0]
    expect(dead).toMatchObject({ url: HOOK, attempts: 8, lastStatus: 500 })
    expect(dead?.due).toBeUndefined()
    const deliveryId = dead?.id ?? ''
    await expect(
      operations.retryDelivery({ by: { user: 'u_bob' }, deliveryId }),
    ).rejects.toMatchObject({ code: 'permission_denied' })
    await operations.retryDelivery({ by, deliveryId })
    await expect.poll(() => sent.length).toBe(9)
    await expect.poll(async () => (await operations.listDeliveries({ by })).total).toBe(0)
    await expect(operations.retryDelivery({ by, deliveryId })).rejects.toMatchObject({
      code: 'delivery_not_found',
    })
    const listed = await operations.listWebhooks({ by })
    expect(listed).toEqual([{ url: HOOK, events: ['request.pending'], due: 0, dead: 0 }])
    await expect(operations.listWebhooks({ by: { user: 'u_bob' } })).rejects.toMatchObject({
      code: 'permission_denied',
    })
  })

  it('human:webhooks — one that is private is reached when that was said, and the machine itself never', async () => {
    for (const own of ['10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd00::1'])
      expect([own, isPrivateAddress(own)]).toEqual([own, true])
    for (const other of ['127.0.0.1', '0.0.0.0', '169.254.169.254', '::1', 'fe80::1', '8.8.8.8'])
      expect([other, isPrivateAddress(other)]).toEqual([other, false])
    let heard = 0
    const server = createServer((_request, response) => {
      heard++
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const toLoopback = ((_name: string, _options: object, done: (...given: unknown[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof lookup
    const message = { body: '{}', headers: {} }
    for (const anywhere of [false, true]) {
      const post = createPostCallback({ loopback: false, anywhere, lookup: toLoopback })
      await expect(post(`https://hooks.example:${port}/`, message)).rejects.toMatchObject({
        code: 'ADDRESS_NOT_PUBLIC',
      })
      await expect(post(`https://169.254.169.254:${port}/`, message)).rejects.toMatchObject({
        code: 'ADDRESS_NOT_PUBLIC',
      })
    }
    expect(heard).toBe(0)
  })

  it('human:dead-letters — over HTTP what was given up is listed with its last answer, and tried again by who may', async () => {
    const { w, sent } = await open([0, 500, 500, 500, 500, 500, 500, 503])
    const { operations } = w.authority
    const token = (await operations.issueUserToken({ userId: 'u_root' })).accessToken
    const call = (method: string, path: string) => w.call(method, path, token)
    const task = await w.openTask()
    const id = await w.askPerson(task)
    const next = async () => (await call('GET', '/jit/deliveries?state=due')).body.data[0]
    await expect.poll(async () => (await next())?.attempts).toBe(1)
    expect(await next()).toEqual({
      id: expect.stringMatching(/^evt_/),
      url: HOOK,
      event: 'request.pending',
      state: 'due',
      task_id: task,
      request_id: id,
      at: '2026-01-30T14:00:00.000Z',
      attempts: 1,
      last_status: 0,
      next_attempt_at: '2026-01-30T14:00:05.000Z',
    })
    for (let attempt = 1; attempt < 8; attempt++) {
      await expect.poll(() => w.clock.sleeping).toBeGreaterThan(0)
      const due = async () => (await operations.listDeliveries({ by, state: 'due' })).items[0]
      await expect.poll(async () => (await due())?.attempts).toBe(attempt)
      w.clock.advance(43_200_000)
      await expect.poll(() => sent.length).toBe(attempt + 1)
    }
    // The token of the morning has run out by now.
    const later = (await operations.issueUserToken({ userId: 'u_root' })).accessToken
    const dead = async () => (await w.call('GET', '/jit/deliveries?state=dead', later)).body
    await expect.poll(async () => (await dead()).total).toBe(1)
    const [letter] = (await dead()).data
    expect(letter).toMatchObject({ state: 'dead', attempts: 8, last_status: 503 })
    expect(letter).not.toHaveProperty('next_attempt_at')
    const { body: hooks } = await w.call('GET', '/jit/webhooks', later)
    expect(hooks).toEqual({
      data: [{ url: HOOK, events: expect.any(Array), due: 0, dead: 1 }],
      total: 1,
    })
    expect(JSON.stringify([hooks, letter])).not.toContain(SECRET)
    const retry = `/jit/deliveries/${letter.id}/retry`
    const bob = (await operations.issueUserToken({ userId: 'u_bob' })).accessToken
    expect((await w.call('POST', retry, bob)).status).toBe(403)
    expect((await w.call('GET', '/jit/deliveries', bob)).status).toBe(403)
    expect(sent.length).toBe(8)
    const tried = await w.call('POST', retry, later)
    expect([tried.status, tried.body.state]).toEqual([200, 'due'])
    await expect.poll(() => sent.length).toBe(9)
    await expect.poll(async () => (await dead()).total).toBe(0)
    expect((await w.call('POST', retry, later)).status).toBe(404)
    expect((await w.call('GET', '/jit/deliveries?state=lost', later)).status).toBe(400)
    const { items } = await operations.searchAudit({ by, kind: 'delivery.retried' })
    expect(items).toMatchObject([{ by: 'user:u_root', data: { delivery: letter.id, url: HOOK } }])
  })

  const bad: readonly (readonly [string, object])[] = [
    ['plain http', { url: 'http://hooks.example/', secret: SECRET }],
    ['no URL', { url: 'hooks', secret: SECRET }],
    ['a weak secret', { url: HOOK, secret: 'whsec_short' }],
    ['an event that nobody knows', { url: HOOK, secret: SECRET, events: ['request.lost'] }],
  ]
  it.each(bad)('refuses %s', (_what, webhook) => {
    const options = { url: ORIGIN, org: 'acme-corp', webhooks: [webhook] } as AuthorityOptions
    expect(() => createAuthority(options)).toThrow(/Webhook|webhook/)
  })

  it('refuses two of one URL', () => {
    const webhook = { url: HOOK, secret: SECRET }
    const options = { url: ORIGIN, org: 'acme-corp', webhooks: [webhook, webhook] }
    expect(() => createAuthority(options)).toThrow('twice')
  })

  it('a seed file names them, and is told its line where it errs', () => {
    const text = (event: string) => `organization: acme-corp
users:
  - id: u_bob
    email: bob@acme-corp.com
    rights: [jit.approve]
limits:
  session: 8h
  session_idle: 15m
rates:
  sign_in: 5
webhooks:
  - url: ${HOOK}
    secret: ${SECRET}
    events: [request.pending, ${event}]
    allow_private: true
`
    const { webhooks, limits, rates } = readSeed(text('task.suspended'))
    expect(webhooks).toEqual([
      {
        url: HOOK,
        secret: SECRET,
        events: ['request.pending', 'task.suspended'],
        allowPrivate: true,
      },
    ])
    expect(limits).toEqual({ sessionMs: 8 * 3_600_000, sessionIdleMs: 15 * 60_000 })
    expect(rates).toEqual({ signIn: 5 })
    expect(() => readSeed(text('payment.lost'))).toThrow('14:')
    const weak = text('task.suspended').replace(
      '[jit.approve]',
      '[jit.approve]\n    password_hash: secret',
    )
    expect(() => readSeed(weak)).toThrow('6:')
    expect(PAYMENT.type).toBe('payment')
  })
})
