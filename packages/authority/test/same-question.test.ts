import { describe, expect, it } from 'vitest'
import { memoryStore } from '../src/index.ts'
import { API, FILES, openWorld, PAYMENT, READING, type World } from './world.ts'

const ask = async (w: World, task: string, more: object = {}, key?: string) => {
  const body = { task_id: task, authorization_details: PAYMENT, ...more }
  return w.raw(`${w.base}/jit/request`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${w.agent}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  })
}
const idOf = async (...args: Parameters<typeof ask>) => (await ask(...args)).body.request_id

describe('the same question', () => {
  it('is one request while open, while approved, and when denied', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const first = await idOf(w, task, { reuse: 'once' }, 'k1')
    expect(await idOf(w, task, { reuse: 'once' }, 'k1')).toBe(first)
    await w.approve(first)
    await w.redeem(first)
    const again = await ask(w, task, { reuse: 'once' }, 'k1')
    expect(again.body).toMatchObject({ request_id: first, status: 'approved' })
    const denied = await idOf(w, task, { reuse: 'once' }, 'k2')
    await w.call('POST', `/jit/deny/${denied}`, w.approver, {})
    const asked = await ask(w, task, { reuse: 'once' }, 'k2')
    expect(asked.body).toMatchObject({ request_id: denied, status: 'denied' })
    expect(w.authority.counts()).toMatchObject({ requests: 2, joined: 3 })
  })

  it('means the same details in any order, and another one when anything else differs', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const first = await idOf(w, task, {
      authorization_details: { ...PAYMENT, actions: ['a', 'b'] },
    })
    const turned = { identifier: 'inv_7', actions: ['b', 'a'], type: 'payment' }
    expect(await idOf(w, task, { authorization_details: [turned] })).toBe(first)
    const others = await Promise.all([
      idOf(w, await w.openTask(), { authorization_details: turned }),
      idOf(w, task, { authorization_details: turned, resource: API }),
      idOf(w, task, { authorization_details: turned, resource: FILES }),
      idOf(w, task, { authorization_details: turned, reuse: 'task' }),
      idOf(w, task, { authorization_details: { ...turned, amount: 7 } }),
      idOf(w, task, { authorization_details: turned }, 'a key'),
    ])
    expect(new Set([first, ...others]).size).toBe(7)
  })

  it('for the task does not depend on who of the task asks; once does', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const first = await idOf(w, task, { reuse: 'task' }, 'k1')
    expect(await idOf(w, task, { reuse: 'task' }, 'k2')).toBe(first)
    expect(await idOf(w, task, { reuse: 'once' }, 'k1')).not.toBe(
      await idOf(w, task, { reuse: 'once' }, 'k2'),
    )
  })

  it('of a caller that names no call is spent when a person’s yes was redeemed', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const first = await idOf(w, task)
    await w.approve(first)
    expect(await idOf(w, task)).toBe(first)
    await w.redeem(first)
    const next = await ask(w, task)
    expect(next.body.status).toBe('pending')
    expect(next.body.request_id).not.toBe(first)
  })

  it('of two hundred at once is one, counted here', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const ids = await Promise.all(Array.from({ length: 200 }, () => idOf(w, task, {}, 'k')))
    expect(new Set(ids).size).toBe(1)
    expect(w.authority.counts()).toMatchObject({ requests: 1, joined: 199 })
  })

  it('shows the approver the words of up to five who ask it', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    for (const text of ['a', 'b', 'b', 'c', 'd', 'e', 'f'])
      await ask(w, task, { justification: text, reuse: 'task' })
    const { body } = await w.call('GET', '/jit/pending', w.approver)
    expect(body.data[0].justifications).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})

describe('how far a yes reaches', () => {
  it('granted by rule is for the task, whatever was asked', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const answer = await ask(w, task, { authorization_details: READING, reuse: 'once' }, 'k')
    expect(answer.body).toMatchObject({ status: 'approved', reuse: 'task' })
  })

  it('granted by a person is as the person chose, else as asked', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const reuseOf = async (asked: string, chosen?: string) => {
      const id = await idOf(w, task, { reuse: asked }, `${asked} ${chosen}`)
      await w.approve(id, chosen === undefined ? {} : { reuse: chosen })
      return (await w.call('GET', `/jit/request/${id}/status`, w.agent)).body.reuse
    }
    expect(await reuseOf('once')).toBe('once')
    expect(await reuseOf('once', 'task')).toBe('task')
    expect(await reuseOf('task', 'once')).toBe('once')
  })

  it('a person may give less, and the token says so', async () => {
    const w = await openWorld()
    const wide = { ...PAYMENT, actions: ['initiate', 'approve'] }
    const id = await idOf(w, await w.openTask(), { authorization_details: [wide, READING] })
    const approved = await w.approve(id, { authorization_details: PAYMENT, ttl: 5_000 })
    expect(approved.body.granted_ttl).toBe(900)
    const redeemed = await w.call('POST', `/jit/request/${id}/token`, w.agent)
    expect(redeemed.body).toMatchObject({ authorization_details: [PAYMENT], expires_in: 900 })
  })
})

describe('redeeming', () => {
  it('redeem:again-after-lost-answer — works, and only the newest token lives', async () => {
    const w = await openWorld()
    const id = await w.askPerson(await w.openTask())
    await w.approve(id)
    const tokens: string[] = []
    for (let i = 0; i < 3; i++) tokens.push(await w.redeem(id))
    expect(new Set(tokens).size).toBe(3)
    expect(await Promise.all(tokens.map(w.isActive))).toEqual([false, false, true])
    const parallel = await Promise.all([w.redeem(id), w.redeem(id), w.redeem(id)])
    const alive = (await Promise.all(parallel.map(w.isActive))).filter(Boolean)
    expect(alive).toHaveLength(1)
    expect(w.authority.counts().redemptions).toBe(6)
  })

  it('pause:late-redeem — a token lives in full from its redemption, to the window’s end', async () => {
    const w = await openWorld({ limits: { taskMs: 90 * 3_600_000 } })
    const by = { agent: 'agt_1' }
    const { operations } = w.authority
    const id = await w.askPerson(await w.openTask(), { requested_ttl: 300 })
    await w.approve(id)
    w.clock.advance(24 * 3_600_000 - 1)
    expect((await operations.redeem({ by, requestId: id })).expiresIn).toBe(300)
    w.clock.advance(1)
    await expect(operations.redeem({ by, requestId: id })).rejects.toMatchObject({
      code: 'request_not_redeemable',
    })
    expect((await operations.readStatus({ by, requestId: id })).status).toBe('expired')
  })

  it('a token never outlives its task', async () => {
    const w = await openWorld({ limits: { taskMs: 100_000 } })
    const id = await w.askPerson(await w.openTask(), { requested_ttl: 900 })
    await w.approve(id)
    const { body } = await w.call('POST', `/jit/request/${id}/token`, w.agent)
    expect(body.expires_in).toBe(100)
  })
})

describe('taking back', () => {
  it('revoke:sticks — what a person revoked is dead, and denied for the rest of the task', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const reads = { authorization_details: READING }
    const id = await idOf(w, task, reads)
    const sibling = await idOf(w, task, { ...reads, resource: API })
    const tokens = [await w.redeem(id), await w.redeem(sibling)]
    const revoked = await w.call('POST', `/jit/revoke/${id}`, w.approver)
    expect(revoked.body).toEqual({ request_id: id, status: 'revoked' })
    expect(await Promise.all(tokens.map(w.isActive))).toEqual([false, false])
    const stays = [{}, { reuse: 'task' }, { resource: FILES }]
    for (const more of stays)
      expect((await ask(w, task, { ...reads, ...more }, 'k')).body.status).toBe('denied')
    const wider = { ...READING, actions: ['read', 'write'] }
    expect((await ask(w, task, { authorization_details: wider })).body.status).toBe('denied')
    const both = { authorization_details: [READING, { ...READING, identifier: 'b' }] }
    expect((await ask(w, task, both)).body.status).toBe('denied')
    expect((await ask(w, await w.openTask(), reads)).body.status).toBe('approved')
    const status = await w.call('GET', `/jit/request/${id}/status`, w.agent)
    expect(status.body.status).toBe('revoked')
  })

  it('revoke:sticks — a part of what was revoked is a person’s to give, not the rules’', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const wide = { ...READING, actions: ['read', 'list'] }
    const id = await idOf(w, task, { authorization_details: wide })
    await w.call('POST', `/jit/revoke/${id}`, w.approver)
    const part = await ask(w, task, { authorization_details: READING })
    expect(part.body).toMatchObject({ status: 'pending', risk_level: 'low' })
  })

  it('revoke:sticks — on what was granted, when that was less than asked', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const wide = { ...PAYMENT, actions: ['initiate', 'approve'] }
    const id = await idOf(w, task, { authorization_details: wide })
    await w.approve(id, { authorization_details: PAYMENT })
    await w.call('POST', `/jit/revoke/${id}`, w.approver)
    for (const details of [PAYMENT, wide])
      expect((await ask(w, task, { authorization_details: details })).body.status).toBe('denied')
  })

  it('revoke:sticks — also when it comes while the same is being asked', async () => {
    const store = memoryStore()
    let meanwhile = async () => {}
    const refused: typeof store.refused = async (taskId) => {
      const seen = await store.refused(taskId)
      await meanwhile()
      return seen
    }
    const w = await openWorld({ store: { ...store, refused } })
    const task = await w.openTask()
    const id = await idOf(w, task, { authorization_details: READING })
    meanwhile = async () => {
      meanwhile = async () => {}
      await w.call('POST', `/jit/revoke/${id}`, w.approver)
    }
    const asked = await ask(w, task, { authorization_details: READING, resource: API })
    expect(asked.body.status).toBe('denied')
  })

  it('revoke:sticks — also on what the agent had withdrawn', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const id = await idOf(w, task, { authorization_details: READING })
    await w.call('POST', `/jit/revoke/${id}`, w.agent)
    await w.call('POST', `/jit/revoke/${id}`, w.approver)
    expect((await ask(w, task, { authorization_details: READING })).body.status).toBe('denied')
  })

  it('pause:abandoned-is-cancelled — the agent withdraws, and may ask anew', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const id = await idOf(w, task, {}, 'k')
    expect((await w.call('POST', `/jit/revoke/${id}`, w.agent)).body.status).toBe('revoked')
    expect((await w.approve(id)).body.code).toBe('invalid_state')
    const next = await ask(w, task, {}, 'k')
    expect(next.body.status).toBe('pending')
    expect(next.body.request_id).not.toBe(id)
  })

  it('who gains by a permission does not give it, unless the options say so', async () => {
    for (const selfApproval of [false, true]) {
      const w = await openWorld({ selfApproval })
      const named = { on_behalf_of: 'Bob@Acme-Corp.com' }
      const task = (await w.call('POST', '/jit/task', w.agent, named)).body.task_id
      const answer = await w.approve(await w.askPerson(task))
      expect(answer.status).toBe(selfApproval ? 200 : 403)
    }
  })
})
