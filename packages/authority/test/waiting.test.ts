import { describe, expect, it, vi } from 'vitest'
import { openWorld, READING, type World } from './world.ts'

const held = (w: World, n = 1) =>
  vi.waitFor(() => expect(w.authority.counts().openWaits).toBe(n), { timeout: 10_000, interval: 1 })
const poll = (w: World, id: string, seconds = 20, init: RequestInit = {}) =>
  w.raw(`${w.base}/jit/request/${id}/status?wait=${seconds}`, {
    headers: { authorization: `Bearer ${w.agent}` },
    ...init,
  })

describe('a long poll', () => {
  const ends: readonly (readonly [string, (w: World, id: string, task: string) => unknown])[] = [
    ['approved', (w, id) => w.approve(id)],
    ['denied', (w, id) => w.call('POST', `/jit/deny/${id}`, w.approver, {})],
    ['revoked', (w, id) => w.call('POST', `/jit/revoke/${id}`, w.agent)],
    ['expired', (w, _id, task) => w.call('POST', `/jit/task/${task}/complete`, w.agent)],
  ]
  it.each(ends)('ends when the request is %s, without any time passing', async (status, end) => {
    const w = await openWorld()
    const task = await w.openTask()
    const id = await w.askPerson(task)
    const polls = [poll(w, id), poll(w, id)]
    await held(w, 2)
    await end(w, id, task)
    for (const answer of await Promise.all(polls)) expect(answer.body.status).toBe(status)
    expect(w.clock.sleeping).toBe(0)
    expect(w.authority.counts().openWaits).toBe(0)
  })

  it('ends when a person revokes a sibling with the same details', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const [one, two] = [await w.askPerson(task, { reuse: 'task' }), await w.askPerson(task)]
    const waiting = poll(w, two)
    await held(w)
    await w.call('POST', `/jit/revoke/${one}`, w.approver)
    expect((await waiting).body.status).toBe('revoked')
  })

  it('ends as pending when its time is over, and never holds longer than 25 s', async () => {
    const w = await openWorld()
    const id = await w.askPerson(await w.openTask())
    const waiting = poll(w, id, 3600)
    await held(w)
    w.clock.advance(24_999)
    expect(w.authority.counts().openWaits).toBe(1)
    w.clock.advance(1)
    expect((await waiting).body.status).toBe('pending')
  })

  it('ends when the request expires', async () => {
    const w = await openWorld({ limits: { pendingMs: 10_000 } })
    const id = await w.askPerson(await w.openTask())
    const waiting = poll(w, id)
    await held(w)
    w.clock.advance(10_000)
    expect((await waiting).body.status).toBe('expired')
  })

  it('answers at once what is decided, and what is only asked', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const body = { task_id: task, authorization_details: READING }
    const granted = await w.call('POST', '/jit/request', w.agent, body)
    expect((await poll(w, granted.body.request_id)).body.status).toBe('approved')
    expect((await poll(w, await w.askPerson(task), 0)).body.status).toBe('pending')
  })

  it('lets go when the caller leaves, and when the authority closes', async () => {
    const w = await openWorld()
    const id = await w.askPerson(await w.openTask())
    const caller = new AbortController()
    const left = w.authority.operations.readStatus({
      by: { agent: 'agt_1' },
      requestId: id,
      waitMs: 20_000,
      signal: caller.signal,
    })
    const rejected = expect(left).rejects.toThrow('gone')
    const stays = poll(w, id)
    await held(w, 2)
    caller.abort(new Error('gone'))
    await rejected
    expect(w.authority.counts().openWaits).toBe(1)
    w.authority.close()
    expect((await stays).body.status).toBe('pending')
    expect(w.clock.sleeping).toBe(0)
  })
})
