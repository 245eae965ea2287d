import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { memoryStore, type PendingItem } from '../src/index.ts'
import { sqliteStore } from '../src/sqlite.ts'
import { openWorld, PAYMENT, READING } from './world.ts'

const users = [
  { id: 'u_bob', email: 'bob@acme-corp.com', rights: ['jit.approve'] },
  { id: 'u_alice', email: 'alice@acme-corp.com' },
  { id: 'u_eve', email: 'eve@acme-corp.com', rights: ['jit.audit'] },
  { id: 'u_root', email: 'root@acme-corp.com', rights: ['jit.admin'] },
]
const bob = { user: 'u_bob' }
const eve = { user: 'u_eve' }
const root = { user: 'u_root' }

const openFile = () => {
  const directory = mkdtempSync(join(tmpdir(), 'authority-people-'))
  const store = sqliteStore(join(directory, 'authority.db'), { synchronous: 'normal' })
  onTestFinished(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  return store
}
const stores = [
  ['memory', memoryStore],
  ['SQLite', openFile],
] as const

describe.each(stores)('what people see, on %s', (_name, open) => {
  const world = () => openWorld({ store: open(), users })

  it('human:reading — pending requests come riskiest first, then oldest, in pages that neither skip nor repeat', async () => {
    const w = await world()
    const tasks = [await w.openTask(), await w.openTask()]
    const asked: string[] = []
    for (let nth = 0; nth < 9; nth++) {
      w.clock.advance(1_000)
      const type = nth % 3 === 0 ? 'payment' : 'server'
      const actions = nth % 3 === 0 ? ['initiate'] : ['delete']
      const details = { type, actions, identifier: `n${nth}` }
      const more = { authorization_details: details, justification: `because ${nth}` }
      asked.push(await w.askPerson(tasks[nth % 2] ?? '', more))
    }
    const { operations } = w.authority
    const seen: PendingItem[] = []
    let after: string | undefined
    do {
      const page = await operations.listPending({ by: bob, limit: 2, after })
      expect(page.total).toBe(9)
      seen.push(...page.items)
      after = page.next
    } while (after !== undefined)
    const order = [0, 3, 6, 1, 2, 4, 5, 7, 8].map((nth) => asked[nth])
    expect(seen.map(({ request }) => request.id)).toEqual(order)
    expect(seen[0]).toMatchObject({
      agent: { id: 'agt_1', name: 'Research', suspended: false },
      task: { id: tasks[0] },
      request: { justifications: ['because 0'] },
      holds: 0,
      own: false,
    })
    await w.approve(asked[0] ?? '')
    await w.redeem(asked[0] ?? '')
    w.clock.advance(60 * 60_000 - 7_000)
    const left = await operations.listPending({ by: bob })
    // Two are past their hour, one is decided.
    expect(left.total).toBe(7)
    await operations.endTask({ by: bob, taskId: tasks[1] ?? '' })
    expect((await operations.listPending({ by: bob })).items.map(({ task }) => task.id)).toEqual(
      Array(4).fill(tasks[0]),
    )
    for (const wrong of [
      { limit: 0 },
      { limit: 501 },
      { limit: 'many' },
      { after: 'x' },
      { after: 5 },
    ])
      await expect(operations.listPending({ by: bob, ...wrong })).rejects.toMatchObject({
        code: 'invalid_request',
      })
  })

  it('human:reading — a request is read with all that a person needs to decide it', async () => {
    const w = await world()
    const { operations } = w.authority
    const body = { name: 'Q4 report', on_behalf_of: 'alice@acme-corp.com' }
    const taskId = (await w.call('POST', '/jit/task', w.agent, body)).body.task_id
    const first = await w.askPerson(taskId, { resource: 'https://api.acme-corp.com' })
    await w.approve(first, { ttl: 300, reuse: 'task' })
    await w.redeem(first)
    const second = await w.askPerson(taskId, {
      authorization_details: { ...PAYMENT, identifier: 'inv_8' },
    })
    const read = await operations.readRequest({ by: bob, requestId: second })
    expect(read).toMatchObject({
      status: 'pending',
      request: { id: second, risk: 'critical' },
      task: { id: taskId, name: 'Q4 report', onBehalfOf: 'alice@acme-corp.com' },
      agent: { id: 'agt_1', name: 'Research' },
      own: false,
    })
    expect(read.grants).toEqual([
      {
        requestId: first,
        taskId,
        taskName: 'Q4 report',
        onBehalfOf: 'alice@acme-corp.com',
        agent: { id: 'agt_1', name: 'Research', suspended: false },
        details: [PAYMENT],
        resource: 'https://api.acme-corp.com',
        risk: 'critical',
        reuse: 'task',
        decidedBy: 'u_bob',
        redemptions: 1,
        expiresAt: w.clock.now() + 300_000,
      },
    ])
    expect((await operations.listGrants({ by: eve })).items).toEqual(read.grants)
    expect((await operations.listGrants({ by: eve, taskId: 'task_other' })).total).toBe(0)
    w.clock.advance(300_000)
    expect((await operations.listGrants({ by: eve })).total).toBe(0)
    await expect(operations.readRequest({ by: bob, requestId: 'jit_no' })).rejects.toMatchObject({
      code: 'request_not_found',
    })
  })

  it('human:reading — what was given back, or revoked, is no grant any more', async () => {
    const w = await world()
    const { operations } = w.authority
    const taskId = await w.openTask()
    const ids = [1, 2, 3].map((nth) =>
      w.askPerson(taskId, { authorization_details: { ...PAYMENT, identifier: `i${nth}` } }),
    )
    const tokens: string[] = []
    for (const id of await Promise.all(ids)) {
      await w.approve(id)
      tokens.push(await w.redeem(id))
    }
    expect((await operations.listGrants({ by: bob, limit: 2 })).total).toBe(3)
    await operations.revokeToken({ client: { kind: 'agent', id: 'agt_1' }, token: tokens[0] ?? '' })
    await operations.revokeRequest({ by: bob, requestId: await (ids[1] as Promise<string>) })
    const { items } = await operations.listGrants({ by: bob })
    expect(items.map(({ requestId }) => requestId)).toEqual([await ids[2]])
    const [task] = (await operations.listTasks({ by: bob })).items
    expect(task).toMatchObject({ status: 'active', pending: 0, holds: 1 })
  })

  it('human:timeline — a task tells its story, in order, with who did what', async () => {
    const w = await world()
    const { operations } = w.authority
    const taskId = await w.openTask()
    await w.call('POST', '/jit/request', w.agent, {
      task_id: taskId,
      authorization_details: READING,
      justification: '<script>not told</script>',
    })
    const paid = await w.askPerson(taskId)
    await w.approve(paid)
    await w.redeem(paid)
    await operations.revokeRequest({ by: bob, requestId: paid })
    const denied = await w.askPerson(taskId, { authorization_details: { type: 'wire_transfer' } })
    await operations.deny({ by: bob, requestId: denied })
    await operations.endTask({ by: root, taskId, reason: 'enough' })
    const told = await operations.readTask({ by: eve, taskId })
    expect(told.timeline.map(({ kind, by }) => `${kind} ${by}`)).toEqual([
      'opened agent:agt_1',
      'granted agent:agt_1',
      'asked agent:agt_1',
      'approved user:u_bob',
      'redeemed agent:agt_1',
      'revoked user:u_bob',
      'asked agent:agt_1',
      'denied user:u_bob',
      'ended user:u_root',
    ])
    expect(told.timeline[3]).toMatchObject({
      requestId: paid,
      summary: 'Approved once: payment (initiate).',
    })
    expect(JSON.stringify(told.timeline)).not.toContain('script')
    expect(told).toMatchObject({ status: 'suspended', holds: 0, pending: 0 })
    expect(told.requests.map(({ status }) => status)).toEqual(['task_ended', 'revoked', 'denied'])
    const last = (await operations.readAudit({ chain: taskId })).at(-1)
    expect(JSON.parse(last?.data ?? '')).toMatchObject({
      because: 'ended_by_user',
      reason: 'enough',
    })
  })

  it('human:end-task — a person ends a task at once: its token is dead, its wait over, and again changes nothing', async () => {
    const w = await world()
    const { operations } = w.authority
    const taskId = await w.openTask()
    const paid = await w.askPerson(taskId)
    await w.approve(paid)
    const token = await w.redeem(paid)
    const waiting = await w.askPerson(taskId, { authorization_details: { type: 'wire_transfer' } })
    const by = { agent: 'agt_1' }
    const wait = operations.readStatus({ by, requestId: waiting, waitMs: 25_000 })
    await expect.poll(() => w.authority.counts().openWaits).toBe(1)
    const first = await operations.endTask({ by: bob, taskId })
    expect(first).toEqual({ taskId, endedAt: w.clock.now(), revoked: 1 })
    expect((await wait).status).toBe('task_ended')
    expect(await w.isActive(token)).toBe(false)
    w.clock.advance(5_000)
    expect(await operations.endTask({ by: bob, taskId })).toEqual({ ...first, revoked: 0 })
    expect((await w.call('POST', `/jit/task/${taskId}/evaluate`, w.agent)).body).toMatchObject({
      active: false,
      action: 'suspended',
      events: [{ type: 'ended_by_user' }],
    })
    await expect(operations.endTask({ by: bob, taskId: 'task_no' })).rejects.toMatchObject({
      code: 'task_not_found',
    })
  })

  it('human:reading — tasks by state and agent, newest first, in pages', async () => {
    const w = await world()
    const { operations } = w.authority
    const old = await w.openTask()
    w.clock.advance(1_000)
    const done = await w.openTask()
    await w.call('POST', `/jit/task/${done}/complete`, w.agent)
    w.clock.advance(1_000)
    const foreign = await w.openTask(w.otherAgent)
    const ids = async (more: object) =>
      (await operations.listTasks({ by: eve, ...more })).items.map(({ task }) => task.id)
    expect(await ids({})).toEqual([foreign, done, old])
    expect(await ids({ state: 'active' })).toEqual([foreign, old])
    expect(await ids({ state: 'completed' })).toEqual([done])
    expect(await ids({ agentId: 'agt_2' })).toEqual([foreign])
    expect(await ids({ state: 'active', agentId: 'agt_1' })).toEqual([old])
    const page = await operations.listTasks({ by: eve, limit: 2 })
    expect(page.total).toBe(3)
    expect(await ids({ limit: 2, after: page.next })).toEqual([old])
    w.clock.advance(24 * 3_600_000)
    expect(await ids({ state: 'active' })).toEqual([])
    expect(await ids({ state: 'expired' })).toEqual([foreign, old])
    await expect(ids({ state: 'lost' })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('human:reading — the audit is found by chain, kind, actor and time, newest first', async () => {
    const w = await world()
    const { operations } = w.authority
    const task = await w.openTask()
    w.clock.advance(1_000)
    const paid = await w.askPerson(task)
    w.clock.advance(1_000)
    const decided = w.clock.now()
    await w.approve(paid)
    w.clock.advance(1_000)
    const other = await w.openTask(w.otherAgent)
    const kinds = async (more: object) =>
      (await operations.searchAudit({ by: eve, ...more })).items.map(({ kind }) => kind)
    expect(await kinds({ chain: task })).toEqual([
      'request.approved',
      'request.opened',
      'task.opened',
    ])
    expect(await kinds({ kind: 'request.' })).toEqual(['request.approved', 'request.opened'])
    expect(await kinds({ chain: task, actor: 'user:' })).toEqual(['request.approved'])
    expect(await kinds({ actor: 'agent:agt_2' })).toEqual(['task.opened'])
    expect(await kinds({ chain: other, since: decided + 1 })).toEqual(['task.opened'])
    expect(await kinds({ kind: 'request.', until: decided - 1 })).toEqual(['request.opened'])
    const iso = new Date(decided).toISOString()
    expect(await kinds({ kind: 'request.', since: iso, until: iso })).toEqual(['request.approved'])
    const page = await operations.searchAudit({ by: eve, chain: task, limit: 1 })
    expect(page).toMatchObject({ total: 3, items: [{ data: { request: paid, ttl: 600 } }] })
    expect(await kinds({ chain: task, limit: 2, after: page.next })).toEqual([
      'request.opened',
      'task.opened',
    ])
    await expect(kinds({ since: 'soon' })).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

describe('what people may do', () => {
  it('human:rights — each right opens what it is for and nothing else; an agent, even with an id like a user, nothing', async () => {
    const w = await openWorld({ users })
    const { operations } = w.authority
    const taskId = await w.openTask()
    const requestId = await w.askPerson(taskId)
    const reading = {
      listPending: (by: never) => operations.listPending({ by }),
      readRequest: (by: never) => operations.readRequest({ by, requestId }),
      listTasks: (by: never) => operations.listTasks({ by }),
      readTask: (by: never) => operations.readTask({ by, taskId }),
      listGrants: (by: never) => operations.listGrants({ by }),
    }
    const auditing = {
      searchAudit: (by: never) => operations.searchAudit({ by }),
      readAudit: (by: never) => operations.readAudit({ by }),
      verifyAudit: (by: never) => operations.verifyAudit({ by }),
      exportAudit: (by: never) => operations.exportAudit({ by }).next(),
    }
    const deciding = {
      approve: (by: never) => operations.approve({ by, requestId: 'jit_no' }),
      deny: (by: never) => operations.deny({ by, requestId: 'jit_no' }),
      revokeRequest: (by: never) => operations.revokeRequest({ by, requestId: 'jit_no' }),
    }
    const ending = { endTask: (by: never) => operations.endTask({ by, taskId: 'task_no' }) }
    const rules = {
      tryRules: (by: never) => operations.tryRules({ by, details: { type: 'payment' } }),
    }
    const all = { ...reading, ...auditing, ...deciding, ...ending, ...rules }
    const open: Readonly<Record<string, readonly string[]>> = {
      u_bob: Object.keys({ ...reading, ...deciding, ...ending }),
      u_eve: Object.keys({ ...reading, ...auditing }),
      u_root: Object.keys({ ...reading, ...auditing, ...ending, ...rules }),
      u_alice: [],
      u_nobody: [],
    }
    for (const [name, call] of Object.entries(all)) {
      for (const [user, allowed] of Object.entries(open)) {
        const code = await call({ user } as never).then(
          () => 'done',
          (error) => error.code,
        )
        expect([name, user, code !== 'permission_denied']).toEqual([
          name,
          user,
          allowed.includes(name),
        ])
      }
      const agents = [{ agent: 'agt_1' }, { agent: 'u_bob' }, { agent: 'u_root' }]
      for (const by of name === 'revokeRequest' ? [] : agents)
        await expect(call(by as never)).rejects.toMatchObject({ code: 'permission_denied' })
    }
  })

  it('human:rights — whom a task is done for may not approve it, by label or by token, unless the options say so', async () => {
    for (const selfApproval of [false, true]) {
      const w = await openWorld({ users, selfApproval })
      const { operations } = w.authority
      const body = { on_behalf_of: 'BOB@acme-corp.com' }
      const taskId = (await w.call('POST', '/jit/task', w.agent, body)).body.task_id
      const requestId = await w.askPerson(taskId)
      expect((await operations.readRequest({ by: bob, requestId })).own).toBe(!selfApproval)
      const [item] = (await operations.listPending({ by: bob })).items
      expect(item?.own).toBe(!selfApproval)
      expect((await w.approve(requestId)).status).toBe(selfApproval ? 200 : 403)
    }
  })

  it('human:dry-run — rules are tried as they would judge, and nothing is kept', async () => {
    const w = await openWorld({ users })
    const { operations } = w.authority
    const before = (await operations.readAudit()).length
    const verdict = (details: unknown) => operations.tryRules({ by: root, details })
    expect(await verdict(PAYMENT)).toEqual({ risk: 'critical', decision: 'ask' })
    expect(await verdict([READING])).toEqual({ risk: 'low', decision: 'grant' })
    await expect(verdict({ actions: [] })).rejects.toMatchObject({
      code: 'invalid_authorization_details',
    })
    expect((await operations.listTasks({ by: root })).total).toBe(0)
    expect((await operations.readAudit()).length).toBe(before)
  })

  it('human:news — whoever watches hears what changed, by its ids, and is told to look when all is quiet', async () => {
    const w = await openWorld({ users })
    const { operations } = w.authority
    const leave = new AbortController()
    const news = operations.watchHumanSide({ by: bob, signal: leave.signal })
    const next = news.next()
    const taskId = await w.openTask()
    expect((await next).value).toEqual([{ kind: 'task-opened', taskId, agentId: 'agt_1' }])
    const requestId = await w.askPerson(taskId)
    await w.approve(requestId)
    await w.redeem(requestId)
    await operations.revokeRequest({ by: bob, requestId })
    await operations.endTask({ by: bob, taskId })
    expect((await news.next()).value).toEqual([
      { kind: 'asked', requestId, taskId },
      { kind: 'decided', requestId, taskId },
      { kind: 'redeemed', requestId, taskId },
      { kind: 'revoked', requestId, taskId },
      { kind: 'task-ended', taskId },
    ])
    const quiet = news.next()
    await expect.poll(() => w.clock.sleeping).toBe(1)
    w.clock.advance(10_000)
    expect((await quiet).value).toEqual([{ kind: 'look' }])
    const last = news.next()
    leave.abort()
    expect(await last).toEqual({ value: undefined, done: true })
    const other = operations.watchHumanSide({ by: { user: 'u_alice' } })
    await expect(other.next()).rejects.toMatchObject({ code: 'permission_denied' })
  })
})
