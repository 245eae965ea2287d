import { describe, expect, it } from 'vitest'
import { hashSecret } from '../src/index.ts'
import { AGENT, openWorld, PAYMENT, READING } from './world.ts'

const LOGIN = { grant_type: 'client_credentials', ...AGENT }

describe('calls a minute', () => {
  it('authority:limits — are bounded for each client at the token endpoint, and said in headers', async () => {
    const w = await openWorld({ rates: { token: 2 } })
    const status = async (more = {}) => (await w.form('/oauth/token', { ...LOGIN, ...more })).status
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429])
    w.clock.advance(20_000)
    const { headers, body } = await w.form('/oauth/token', LOGIN)
    expect(body).toMatchObject({ error: 'rate_limit_exceeded', status: 429 })
    expect(headers.get('retry-after')).toBe('40')
    expect(headers.get('x-ratelimit-limit')).toBe('2')
    expect(headers.get('x-ratelimit-remaining')).toBe('0')
    expect(Number(headers.get('x-ratelimit-reset'))).toBe((w.clock.now() + 40_000) / 1000)
    expect(await status({ client_id: 'agt_2', client_secret: 'other secret' })).toBe(200)
    w.clock.advance(40_000)
    expect(await status()).toBe(200)
  })

  it('authority:limits — are bounded for each agent and user under /jit, introspection on its own', async () => {
    const w = await openWorld({ rates: { jit: 2, introspect: 1 } })
    const open = async (token: string) => (await w.call('POST', '/jit/task', token, {})).status
    expect([await open(w.agent), await open(w.agent), await open(w.agent)]).toEqual([201, 201, 429])
    expect(await open(w.otherAgent)).toBe(201)
    const ask = async () => (await w.form('/oauth/introspect', { token: w.agent, ...AGENT })).status
    expect([await ask(), await ask()]).toEqual([200, 429])
  })

  it('authority:limits — of wrong secrets: past the limit none is tried, and who has the right one is not locked out', async () => {
    const w = await openWorld({
      rates: { failures: 2 },
      agents: [
        { id: 'agt_1', secret: 's' },
        { id: 'agt_2', secretHash: await hashSecret('other secret') },
      ],
    })
    const login = async (client_id: string, client_secret: string) =>
      (await w.form('/oauth/token', { ...LOGIN, client_id, client_secret })).status
    expect(await login('agt_2', 'other secret')).toBe(200)
    for (const id of ['agt_1', 'agt_2']) {
      expect([await login(id, 'a'), await login(id, 'b'), await login(id, 'c')]).toEqual([
        401, 401, 429,
      ])
      expect(await login(id, id === 'agt_1' ? 's' : 'other secret')).toBe(200)
    }
    w.clock.advance(60_000)
    expect(await login('agt_1', 'c')).toBe(401)
  })
})

describe('budget', () => {
  it('authority:limits — of tokens: 429 with Retry-After until the next period, and what lives goes on living', async () => {
    const budget = { tokens: 2, periodMs: 3_600_000 }
    const w = await openWorld({
      agents: [
        { id: 'agt_1', secret: 's', budget },
        { id: 'agt_2', secret: 'x' },
      ],
    })
    const task = await w.openTask()
    const asked = { task_id: task, authorization_details: READING }
    const id = (await w.call('POST', '/jit/request', w.agent, asked)).body.request_id
    await w.redeem(id)
    const token = await w.redeem(id)
    const over = await w.call('POST', `/jit/request/${id}/token`, w.agent)
    expect([over.status, over.body.error]).toEqual([429, 'budget_exceeded'])
    expect(Number(over.headers.get('retry-after'))).toBe(3_600)
    expect(await w.isActive(token)).toBe(true)
    w.clock.advance(3_600_000)
    expect((await w.call('POST', `/jit/request/${id}/token`, w.agent)).status).toBe(401)
    const fresh = (await w.authority.operations.issueAgentToken({ agentId: 'agt_1' })).accessToken
    expect((await w.call('POST', `/jit/request/${id}/token`, fresh)).status).toBe(200)
  })
})

describe('continuous evaluation (contract §7, trace 12)', () => {
  it('three denials suspend the task: its tokens are dead, its questions closed, its waits over', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const asked = { task_id: task, authorization_details: READING }
    const given = (await w.call('POST', '/jit/request', w.agent, asked)).body.request_id
    const token = await w.redeem(given)
    const ids: string[] = []
    for (const identifier of ['1', '2', '3', '4'])
      ids.push(await w.askPerson(task, { authorization_details: { ...PAYMENT, identifier } }))
    const waiting = w.call('GET', `/jit/request/${ids[3]}/status?wait=25`, w.agent)
    await expect.poll(() => w.authority.counts().openWaits).toBe(1)
    for (const id of ids.slice(0, 3)) {
      expect(await w.isActive(token)).toBe(true)
      await w.call('POST', `/jit/deny/${id}`, w.approver)
    }
    expect(await w.isActive(token)).toBe(false)
    expect((await waiting).body).toMatchObject({ status: 'expired', task_ended: true })
    const state = await w.call('POST', `/jit/task/${task}/evaluate`, w.agent)
    expect(state.body).toEqual({
      task_id: task,
      active: false,
      events: [
        {
          type: 'denial_limit_exceeded',
          details: { risk_score: 80, denial_count: 3 },
          timestamp: '2026-01-30T14:00:00Z',
        },
      ],
      action: 'suspended',
    })
    const late = await w.call('POST', '/jit/request', w.agent, asked)
    expect([late.status, late.body.error]).toEqual([400, 'task_not_active'])
    const redeem = await w.call('POST', `/jit/request/${given}/token`, w.agent)
    expect([redeem.status, redeem.body.error]).toEqual([403, 'request_not_redeemable'])
    expect(w.authority.counts().suspendedTasks).toBe(1)
  })

  it('a risk score too high suspends it too, and what a person approves is taken off it', async () => {
    const w = await openWorld({ limits: { riskScore: 12 } })
    const task = await w.openTask()
    const ask = (identifier: string) =>
      w.call('POST', '/jit/request', w.agent, {
        task_id: task,
        authorization_details: { ...PAYMENT, identifier },
      })
    await w.approve((await ask('1')).body.request_id)
    expect([(await ask('2')).status, (await ask('3')).status]).toEqual([201, 201])
    const last = await ask('4')
    expect([last.status, last.body.error]).toEqual([400, 'task_not_active'])
    const { body } = await w.call('POST', `/jit/task/${task}/evaluate`, w.bystander)
    expect(body).toMatchObject({ active: false, action: 'suspended' })
    expect(body.events[0].type).toBe('risk_threshold_exceeded')
  })
})
