import { describe, expect, it } from 'vitest'
import { hashSecret, memoryStore } from '../src/index.ts'
import { AGENT, openWorld, PAYMENT } from './world.ts'

const users = [
  { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] },
  { id: 'u_alice', email: 'alice@acme-corp.com' },
  { id: 'u_root', email: 'root@acme-corp.com', rights: ['jit.admin'] },
]
const by = { user: 'u_root' }
const world = (options = {}) => openWorld({ users, ...options })
type World = Awaited<ReturnType<typeof world>>
const login = async (w: World, id: string, secret: string) => {
  const body = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
  return w.form('/oauth/token', body)
}
const status = async (w: World, id: string, secret: string) => (await login(w, id, secret)).status

describe('agents while the authority runs', () => {
  it('human:agents — one is made, works like those of the options, and its secret is told once and kept as a hash', async () => {
    const store = memoryStore()
    const w = await world({ store })
    const { operations } = w.authority
    const made = await operations.createAgent({
      by,
      agentId: 'agt_new',
      name: 'New one',
      scope: 'read:documents',
    })
    expect(made.agent).toEqual({
      id: 'agt_new',
      name: 'New one',
      scope: 'read:documents',
      actsForUsers: true,
      seeded: false,
      state: 'active',
      createdAt: w.clock.now(),
    })
    expect(made.secret).toMatch(/^lumojit_[\w-]{43}$/)
    const { body } = await login(w, 'agt_new', made.secret)
    expect(body.scope).toBe('read:documents')
    const task = await w.call('POST', '/jit/task', body.access_token, {})
    expect(task).toMatchObject({ status: 201, body: { agent: { id: 'agt_new', name: 'New one' } } })
    expect(await status(w, 'agt_new', `${made.secret}x`)).toBe(401)
    const kept = JSON.stringify([await store.agents(), await store.audit()])
    expect(kept).not.toContain(made.secret)
    for (const agentId of ['agt_new', 'new', 'agt_1', '1'])
      await expect(operations.createAgent({ by, agentId })).rejects.toMatchObject({
        code: 'agent_exists',
      })
    for (const agentId of ['', 'https://api.example', 'a b', '../x', undefined])
      await expect(operations.createAgent({ by, agentId })).rejects.toMatchObject({
        code: 'invalid_request',
      })
    const listed = await operations.listAgents({ by, limit: 2 })
    expect([listed.items.map(({ id }) => id), listed.total]).toEqual([['agt_1', 'agt_2'], 3])
    const rest = await operations.listAgents({ by, limit: 2, after: listed.next })
    expect(rest.items).toEqual([made.agent])
  })

  it('human:agents — a rotated secret works beside the one before for its time, of the options too', async () => {
    const w = await world()
    const { operations } = w.authority
    const first = await operations.rotateAgent({ by, agentId: 'agt_1', overlapMs: 60_000 })
    expect(first).toMatchObject({
      oldWorksUntil: w.clock.now() + 60_000,
      agent: { seeded: true, state: 'active', name: 'Research' },
    })
    expect(await status(w, 'agt_1', first.secret)).toBe(200)
    expect(await status(w, 'agt_1', 's')).toBe(200)
    // What the agent already held goes on.
    expect((await w.call('POST', '/jit/task', w.agent, {})).status).toBe(201)
    w.clock.advance(60_000)
    expect(await status(w, 'agt_1', 's')).toBe(401)
    expect(await status(w, 'agt_1', first.secret)).toBe(200)
    const second = await operations.rotateAgent({ by, agentId: 'agt_1' })
    expect(second.oldWorksUntil).toBe(w.clock.now() + 24 * 3_600_000)
    expect(await status(w, 'agt_1', first.secret)).toBe(200)
    expect(await status(w, 'agt_1', second.secret)).toBe(200)
    const third = await operations.rotateAgent({ by, agentId: 'agt_1', overlapMs: 0 })
    expect(await status(w, 'agt_1', second.secret)).toBe(401)
    expect(await status(w, 'agt_1', first.secret)).toBe(401)
    expect(await status(w, 'agt_1', third.secret)).toBe(200)
    await expect(operations.rotateAgent({ by, agentId: 'nobody' })).rejects.toMatchObject({
      code: 'agent_not_found',
    })
    for (const overlapMs of [-1, 0.5, 'long', Number.NaN])
      await expect(
        operations.rotateAgent({ by, agentId: 'agt_1', overlapMs }),
      ).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('human:agents — a secret in wrong hands is out at once, with every token got by it', async () => {
    const w = await world()
    const { operations } = w.authority
    const { agent, secret } = await operations.rotateAgent({
      by,
      agentId: 'agt_1',
      overlapMs: 60_000,
      compromised: true,
    })
    expect(agent.previousSecretUntil).toBeUndefined()
    expect(await status(w, 'agt_1', 's')).toBe(401)
    expect((await w.call('POST', '/jit/task', w.agent, {})).status).toBe(401)
    expect(await status(w, 'agt_1', secret)).toBe(200)
  })

  it('human:agents — suspended: every token dead and told at once, waits over, nothing new, until resumed', async () => {
    const w = await world()
    const { operations } = w.authority
    const feed = operations.readEvents({})
    await feed.next()
    const task = await w.openTask()
    const paid = await w.askPerson(task)
    await w.approve(paid)
    const granted = await w.redeem(paid)
    const waiting = await w.askPerson(task, { authorization_details: { type: 'wire_transfer' } })
    const wait = w.call('GET', `/jit/request/${waiting}/status?wait=25`, w.agent)
    await expect.poll(() => w.authority.counts().openWaits).toBe(1)
    const alice = { userId: 'u_alice', purpose: 'delegate' } as const
    const { accessToken: subject } = await operations.issueUserToken(alice)
    const exchanged = await operations.exchangeToken({ subjectToken: subject, agentId: 'agt_1' })
    const base = await operations.issueAgentToken({
      agentId: 'agt_1',
      resource: 'https://api.acme-corp.com',
    })
    const told = [feed.next(), feed.next(), feed.next(), feed.next()]
    const done = await operations.suspendAgent({ by, agentId: 'agt_1', reason: 'odd' })
    expect(done).toMatchObject({ agent: { state: 'suspended' }, revoked: 4 })
    expect((await wait).status).toBe(401)
    for (const token of [granted, exchanged.accessToken, base.accessToken, w.agent])
      expect(await w.isActive(token)).toBe(false)
    for (const event of await Promise.all(told))
      expect(event.value).toMatchObject({ kind: 'revoked' })
    expect(await login(w, 'agt_1', 's')).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', message: 'The agent is suspended.' },
    })
    expect((await login(w, 'agt_1', 'wrong')).body.message).not.toContain('suspended')
    expect((await w.call('POST', `/jit/request/${paid}/token`, w.agent)).status).toBe(401)
    const inProcess = { by: { agent: 'agt_1' } }
    await expect(operations.openTask(inProcess)).rejects.toMatchObject({ code: 'invalid_token' })
    await expect(
      operations.readStatus({ by: { agent: 'agt_1', grantOf: task }, requestId: paid }),
    ).rejects.toMatchObject({ code: 'invalid_token' })
    await expect(
      operations.exchangeToken({ subjectToken: subject, agentId: 'agt_1' }),
    ).rejects.toMatchObject({ code: 'invalid_client' })
    expect((await operations.listPending({ by })).items[0]?.agent.suspended).toBe(true)
    expect((await operations.listGrants({ by })).total).toBe(0)
    expect((await operations.suspendAgent({ by, agentId: 'agt_1' })).revoked).toBe(0)
    // The other agent goes on.
    expect((await w.call('POST', '/jit/task', w.otherAgent, {})).status).toBe(201)

    await operations.resumeAgent({ by, agentId: 'agt_1' })
    expect((await w.call('POST', '/jit/task', w.agent, {})).status).toBe(401)
    const fresh = (await login(w, 'agt_1', 's')).body.access_token
    expect((await w.call('POST', `/jit/request/${paid}/token`, fresh)).status).toBe(200)
    const entries = await operations.readAudit({ chain: 'agent:agt_1' })
    expect(entries.map(({ kind, by }) => `${kind} by ${by}`)).toEqual([
      'agent.suspended by user:u_root',
      'agent.resumed by user:u_root',
    ])
    await feed.return()
  })

  it('human:agents — only jit.admin changes agents; who decides may look', async () => {
    const w = await world()
    const { operations } = w.authority
    for (const user of ['u_bob', 'u_alice']) {
      const other = { by: { user }, agentId: 'agt_1' }
      for (const work of [
        operations.createAgent({ ...other, agentId: 'agt_x' }),
        operations.rotateAgent(other),
        operations.suspendAgent(other),
        operations.resumeAgent(other),
      ])
        await expect(work).rejects.toMatchObject({ code: 'permission_denied' })
    }
    expect((await operations.listAgents({ by: { user: 'u_bob' } })).total).toBe(2)
  })

  it('human:agents — over HTTP, with what the new agent needs to begin', async () => {
    const w = await world()
    const token = (await w.authority.operations.issueUserToken({ userId: 'u_root' })).accessToken
    const post = (path: string, body?: object) => w.call('POST', `/jit/agents${path}`, token, body)
    const made = await post('', { agent_id: 'agt_new', name: 'New', acts_for_users: false })
    expect(made).toMatchObject({
      status: 201,
      body: {
        client_id: 'agt_new',
        client_secret: expect.any(String),
        agent: { id: 'agt_new', name: 'New', acts_for_users: false, state: 'active' },
      },
    })
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect((await post('', { agent_id: 'agt_new' })).status).toBe(409)
    const rotated = await post('/agt_new/rotate', { overlap: 60 })
    expect(rotated.body.old_works_until).toBe('2026-01-30T14:01:00.000Z')
    expect(await status(w, 'agt_new', made.body.client_secret)).toBe(200)
    expect(await status(w, 'agt_new', rotated.body.client_secret)).toBe(200)
    expect((await post('/agt_new/suspend', { reason: 'x' })).body).toMatchObject({
      revoked: 2,
      agent: { state: 'suspended', suspended_at: '2026-01-30T14:00:00.000Z' },
    })
    expect((await post('/agt_new/resume')).body.agent.state).toBe('active')
    expect((await post('/agt_no/suspend')).status).toBe(404)
    const listed = await w.call('GET', '/jit/agents?limit=1', token)
    expect(listed.body).toMatchObject({ total: 3, data: [{ id: 'agt_1', seeded: true }] })
  })

  it('human:agents — a wrong secret costs the same for agents of the store and for names nobody has', async () => {
    const w = await world({ rates: { failures: 0 } })
    const { authority } = w
    const { secret } = await authority.operations.createAgent({ by, agentId: 'agt_new' })
    const took = async (id: string, given: string) => {
      const rounds: number[] = []
      for (let round = 0; round < 3; round++) {
        const begun = performance.now()
        await login(w, id, given)
        rounds.push(performance.now() - begun)
      }
      return Math.min(...rounds)
    }
    const all = [
      await took('agt_new', 'wrong'),
      await took('nobody', 'wrong'),
      await took(AGENT.client_id, 'wrong'),
    ]
    for (const each of all) expect(each).toBeGreaterThan(Math.max(...all) / 10)
    expect(await status(w, 'agt_new', secret)).toBe(200)
  })

  it('human:agents — a secret of a hashed seed is known again after it was rotated and is past', async () => {
    const secretHash = await hashSecret('s')
    const w = await world({
      agents: [
        { id: 'agt_1', secretHash },
        { id: 'agt_2', secret: 'x' },
      ],
    })
    expect(await status(w, 'agt_1', 's')).toBe(200)
    await w.authority.operations.rotateAgent({ by, agentId: 'agt_1', overlapMs: 1_000 })
    expect(await status(w, 'agt_1', 's')).toBe(200)
    w.clock.advance(1_000)
    expect(await status(w, 'agt_1', 's')).toBe(401)
    const requestId = await w.askPerson(await w.openTask(), { authorization_details: PAYMENT })
    expect(requestId).toBeDefined()
  })
})
