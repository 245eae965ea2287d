import { describe, expect, it } from 'vitest'
import { rows, scene, send } from './contract-table.ts'
import { openWorld, PAYMENT, READING, type World } from './world.ts'

describe.each(['orgs', 't'] as const)('the wire under /%s', (prefix) => {
  it.each(rows.map((row) => [row[0], row] as const))('%s', async (_name, row) => {
    const s = await scene(prefix)
    const [, , , , , wanted, code] = row
    const answer = await send(s, row)
    expect(answer.status, JSON.stringify(answer.body)).toBe(wanted)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    if (code === undefined) return
    expect(answer.body).toEqual({
      error: code,
      error_description: expect.any(String),
      message: expect.any(String),
      code,
      status: wanted,
    })
  })

  it('an unknown organization is 404 before anything else is looked at', async () => {
    const { raw } = await openWorld({}, prefix)
    const answer = await raw(`/${prefix}/evil-corp/api/v1/jit/task`, { method: 'POST' })
    expect([answer.status, answer.body.code]).toEqual([404, 'tenant_not_found'])
  })

  it('answers name the prefix that was used', async () => {
    const w = await openWorld({}, prefix)
    const body = { task_id: await w.openTask(), authorization_details: READING }
    const granted = await w.call('POST', '/jit/request', w.agent, body)
    expect(granted.body).toMatchObject({ status: 'approved', risk_level: 'low', granted_ttl: 600 })
    expect(granted.body.token_url).toBe(`${w.base}/jit/request/${granted.body.request_id}/token`)
  })
})

describe('limits of a task', () => {
  const open = async (w: World, task: string, n: number) =>
    w.call('POST', '/jit/request', w.agent, {
      task_id: task,
      authorization_details: { ...PAYMENT, identifier: `inv_${n}` },
    })

  it('twenty open requests, then 429 with Retry-After, until one is decided', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const first = await open(w, task, 0)
    for (let n = 1; n < 20; n++) expect((await open(w, task, n)).status).toBe(201)
    const over = await open(w, task, 20)
    expect([over.status, over.body.code]).toEqual([429, 'budget_exceeded'])
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await open(w, task, 0)).body.request_id).toBe(first.body.request_id)
    await w.approve(first.body.request_id)
    expect((await open(w, task, 20)).status).toBe(201)
  })

  it('an undecided request expires, and can then be neither approved nor redeemed', async () => {
    const w = await openWorld({ limits: { pendingMs: 300_000 } })
    const id = await w.askPerson(await w.openTask())
    w.clock.advance(299_999)
    expect((await w.call('GET', '/jit/pending', w.approver)).body.count).toBe(1)
    w.clock.advance(1)
    expect((await w.call('GET', '/jit/pending', w.approver)).body.count).toBe(0)
    const { body } = await w.call('GET', `/jit/request/${id}/status`, w.agent)
    expect(body.status).toBe('expired')
    expect((await w.approve(id)).body.code).toBe('invalid_state')
    expect((await w.call('POST', `/jit/deny/${id}`, w.approver, {})).body.code).toBe(
      'invalid_state',
    )
    const redeem = await w.call('POST', `/jit/request/${id}/token`, w.agent)
    expect([redeem.status, redeem.body.code]).toEqual([403, 'request_not_redeemable'])
    expect(await w.askPerson(body.task_id)).not.toBe(id)
  })

  it('end:server-ttl — a task past its time is over, and so is every token of it', async () => {
    const w = await openWorld({ limits: { taskMs: 100_000 } })
    const task = await w.openTask()
    const id = await w.askPerson(task)
    await w.approve(id)
    const token = await w.redeem(id)
    w.clock.advance(99_000)
    expect(await w.isActive(token)).toBe(true)
    w.clock.advance(1_000)
    expect(await w.isActive(token)).toBe(false)
    const by = { agent: 'agt_1' }
    expect(await w.authority.operations.evaluate({ by, taskId: task })).toMatchObject({
      active: false,
    })
  })

  it('a task lives no longer than its parent', async () => {
    const w = await openWorld({ limits: { taskMs: 100_000 } })
    const parent_task_id = await w.openTask()
    w.clock.advance(60_000)
    const child = await w.call('POST', '/jit/task', w.agent, { parent_task_id })
    expect(child.body.expires_at).toBe('2026-01-30T14:01:40Z')
  })

  it('the list of open questions has every name an SDK looks for', async () => {
    const w = await openWorld()
    const id = await w.askPerson(await w.openTask(), { justification: 'the user said so' })
    const { body } = await w.call('GET', '/jit/pending', w.approver)
    expect(body.count).toBe(1)
    for (const name of ['pending_requests', 'requests', 'data'])
      expect(body[name]).toMatchObject([
        {
          request_id: id,
          status: 'pending',
          risk_level: 'critical',
          authorization_details: [PAYMENT],
          justification: 'the user said so',
        },
      ])
  })

  it('evaluate tells how a task stands and never ends it', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const path = `/jit/task/${task}/evaluate`
    const healthy = { task_id: task, active: true, events: [], action: 'none' }
    expect((await w.call('POST', path, w.agent, { result: 'completed' })).body).toEqual(healthy)
    expect((await w.call('POST', path, w.bystander)).body).toEqual(healthy)
    const stranger = w.authority.operations.evaluate({ by: { user: 'u_x' }, taskId: task })
    await expect(stranger).rejects.toMatchObject({ code: 'invalid_token' })
    await w.call('POST', `/jit/task/${task}/complete`, w.agent)
    expect((await w.call('POST', path, w.agent)).body).toMatchObject({ active: false })
  })
})
