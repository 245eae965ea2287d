import { describe, expect, it } from 'vitest'
import { hashSecret } from '../src/index.ts'
import { openWorld } from './world.ts'

const PASSWORD = 'four words are enough'
const passwordHash = await hashSecret(PASSWORD)
const users = [
  { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'], passwordHash },
  { id: 'u_alice', email: 'alice@acme-corp.com' },
  { id: 'u_root', email: 'root@acme-corp.com', rights: ['jit.admin'], passwordHash },
]
const world = (prefix: 'orgs' | 't' = 'orgs') => openWorld({ users }, prefix)
type World = Awaited<ReturnType<typeof world>>
const signIn = async (w: World, user: string) =>
  (await w.call('POST', '/jit/sign-in', undefined, { user, password: PASSWORD })).body.access_token

const ENDPOINTS = [
  'GET /jit/pending?limit=1',
  'GET /jit/requests/x',
  'GET /jit/tasks',
  'GET /jit/tasks/x',
  'POST /jit/tasks/x/end',
  'GET /jit/grants',
  'GET /jit/audit',
  'GET /jit/audit/verify',
  'GET /jit/audit/export',
  'POST /jit/rules/test',
  'GET /jit/agents',
  'POST /jit/agents',
  'POST /jit/agents/x/rotate',
  'POST /jit/agents/x/suspend',
  'POST /jit/agents/x/resume',
  'GET /jit/webhooks',
  'GET /jit/deliveries',
  'POST /jit/deliveries/x/retry',
]

describe.each(['orgs', 't'] as const)('the human’s side over HTTP, under /%s', (prefix) => {
  it('human:http — sign in, see, decide, end, sign out, with what a person’s program needs', async () => {
    const w = await world(prefix)
    const signed = await w.call('POST', '/jit/sign-in', undefined, {
      user: 'bob@acme-corp.com',
      password: PASSWORD,
      ttl: 120,
    })
    expect(signed.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 120,
      user: { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] },
    })
    expect(signed.headers.get('cache-control')).toBe('no-store')
    const token = signed.body.access_token
    const get = async (path: string) => (await w.call('GET', path, token)).body
    const task = await w.openTask()
    const first = await w.askPerson(task, { justification: 'Q4' })
    const second = await w.askPerson(task, { authorization_details: { type: 'wire_transfer' } })
    const page = await get('/jit/pending?limit=1')
    expect(page).toEqual({
      data: [
        {
          request_id: expect.any(String),
          status: 'pending',
          risk_level: 'critical',
          task_id: task,
          task_name: null,
          on_behalf_of: null,
          agent: { id: 'agt_1', name: 'Research', suspended: false },
          authorization_details: expect.any(Array),
          resource: null,
          reuse: 'once',
          justifications: expect.any(Array),
          requested_ttl: 600,
          created_at: '2026-01-30T14:00:00.000Z',
          expires_at: '2026-01-30T15:00:00.000Z',
          holds: 0,
          own: false,
        },
      ],
      total: 2,
      next: expect.any(String),
    })
    const rest = await get(`/jit/pending?limit=5&after=${page.next}`)
    const ids = [...page.data, ...rest.data].map(({ request_id }) => request_id)
    expect(ids.sort()).toEqual([first, second].sort())
    // LumoAuth's programs get what they always got.
    expect((await get('/jit/pending')).pagination.total).toBe(2)
    await w.call('POST', `/jit/approve/${first}`, token, { notes: 'internal' })
    await w.redeem(first)
    expect(await get(`/jit/requests/${first}`)).toMatchObject({
      status: 'approved',
      decided_by: 'u_bob',
      notes: 'internal',
      grants: [{ request_id: first, expires_at: '2026-01-30T14:10:00.000Z' }],
    })
    expect((await get('/jit/grants')).data).toMatchObject([{ request_id: first, task_id: task }])
    const tasks = await get('/jit/tasks?state=active&agent_id=agt_1')
    expect(tasks).toMatchObject({ data: [{ task_id: task, pending: 1, holds: 1 }], total: 1 })
    const ended = await w.call('POST', `/jit/tasks/${task}/end`, token, { reason: 'enough' })
    expect(ended.body).toEqual({
      task_id: task,
      ended_at: '2026-01-30T14:00:00.000Z',
      revoked: 1,
    })
    const story = await get(`/jit/tasks/${task}`)
    expect(story).toMatchObject({ status: 'suspended', ended_because: 'ended_by_user' })
    expect(story.timeline.at(-1)).toEqual({
      at: '2026-01-30T14:00:00.000Z',
      kind: 'ended',
      by: 'user:u_bob',
      summary: 'Ended by a person.',
    })
    expect((await w.call('GET', '/jit/audit', token)).status).toBe(403)
    expect((await w.call('POST', '/jit/sign-out', token)).status).toBe(200)
    expect((await w.call('GET', '/jit/tasks', token)).status).toBe(401)
  })

  it('human:http — the audit is read, verified and exported, and rules are tried', async () => {
    const w = await world(prefix)
    const token = await signIn(w, 'u_root')
    const task = await w.openTask()
    await w.askPerson(task)
    const found = await w.call('GET', `/jit/audit?chain=${task}&kind=request.&limit=1`, token)
    expect(found.body).toMatchObject({
      data: [{ at: '2026-01-30T14:00:00.000Z', kind: 'request.opened', sequence: 2, chain: task }],
      total: 1,
    })
    const report = (await w.call('GET', '/jit/audit/verify', token)).body
    expect(report).toMatchObject({ problems: [], anchors: 0 })
    const url = `http://127.0.0.1:4000${w.base}/jit/audit/export?chain=${task}`
    const headers = { authorization: `Bearer ${token}` }
    const exported = await w.authority.fetch(new Request(url, { headers }))
    expect(exported.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await exported.text()).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).kind)).toEqual(['task.opened', 'request.opened'])
    const rules = await w.call('POST', '/jit/rules/test', token, {
      authorization_details: { type: 'payment' },
    })
    expect(rules.body).toEqual({ risk_level: 'critical', decision: 'ask' })
    expect((await w.call('GET', '/jit/rules/test', token)).headers.get('allow')).toBe('POST')
    expect((await w.call('POST', '/jit/tasks', token, {})).headers.get('allow')).toBe('GET')
  })

  it.each(ENDPOINTS)(
    'human:http — %s is not for an agent, a bystander, or nobody',
    async (endpoint) => {
      const w = await world(prefix)
      const [method = '', path = ''] = endpoint.split(' ')
      const body =
        method === 'POST' ? { authorization_details: { type: 'x' }, agent_id: 'a' } : undefined
      const status = async (token?: string) => (await w.call(method, path, token, body)).status
      const jit = async () => {
        const id = await w.askPerson(await w.openTask())
        await w.approve(id)
        return w.redeem(id)
      }
      expect(await status()).toBe(401)
      expect(await status(w.agent)).toBe(403)
      expect(await status(await jit())).toBe(403)
      expect(await status(w.bystander)).toBe(403)
    },
  )
})

describe('signing in over HTTP', () => {
  it('human:http — what is wrong is told in the contract’s shape, and says when to come back', async () => {
    const w = await openWorld({ users, rates: { signIn: 1 } })
    const wrong = { user: 'u_bob', password: 'wrong' }
    const refused = await w.call('POST', '/jit/sign-in', undefined, wrong)
    expect(refused).toMatchObject({
      status: 401,
      body: { error: 'invalid_credentials', status: 401 },
    })
    expect(refused.headers.get('www-authenticate')).toBe('Bearer')
    const late = await w.call('POST', '/jit/sign-in', undefined, wrong)
    expect(late).toMatchObject({ status: 429, body: { code: 'rate_limit_exceeded' } })
    expect(late.headers.get('retry-after')).toBe('60')
    expect((await w.call('POST', '/jit/sign-in', undefined, {})).status).toBe(400)
    const odd = { user: 'u_root', password: PASSWORD, ttl: 'long' }
    expect((await w.call('POST', '/jit/sign-in', undefined, odd)).status).toBe(400)
  })
})
