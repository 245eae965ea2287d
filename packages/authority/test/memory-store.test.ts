import { describe, expect, it } from 'vitest'
import { memoryStore, type StoredToken } from '../src/index.ts'
import { openWorld } from './world.ts'

describe('the store in memory', () => {
  it('forgets dead tokens in time, and never one that lives', async () => {
    const store = memoryStore()
    const token = (n: number, expiresAt: number): StoredToken => ({
      jti: `t${n}`,
      kind: 'agent',
      holder: 'agt_1',
      audience: 'a',
      expiresAt,
    })
    for (let n = 0; n < 1_500; n++) await store.addToken(token(n, 2_000 + n), 1_000)
    for (let n = 1_500; n < 3_000; n++) await store.addToken(token(n, 9_000), 2_500)
    expect(await store.token('t400')).toBeUndefined()
    for (const n of [501, 1_499, 2_999]) expect(await store.token(`t${n}`)).toBeDefined()
  })

  it('forgets a task a day after its end, with its requests', async () => {
    const store = memoryStore()
    const w = await openWorld({ store })
    const task = await w.openTask()
    const id = await w.askPerson(task)
    await w.call('POST', `/jit/task/${task}/complete`, w.agent)
    const by = { agent: 'agt_1' }
    const many = async () => {
      for (let n = 0; n < 1_000; n++) await w.authority.operations.openTask({ by })
    }
    w.clock.advance(23 * 3_600_000)
    await many()
    expect(await store.request(id)).toBeDefined()
    w.clock.advance(2 * 3_600_000)
    await many()
    expect(await store.task(task)).toBeUndefined()
    expect(await store.request(id)).toBeUndefined()
  })

  it('gives out copies: what a caller does to them changes nothing', async () => {
    const store = memoryStore()
    const w = await openWorld({ store })
    const id = await w.askPerson(await w.openTask())
    const copy = (await store.request(id)) as { state: string }
    copy.state = 'approved'
    expect((await store.request(id))?.state).toBe('pending')
  })

  it('says who won when two decide at once: exactly one', async () => {
    const w = await openWorld()
    const { operations } = w.authority
    const by = { user: 'u_bob' }
    const requestId = await w.askPerson(await w.openTask())
    const decisions = await Promise.allSettled([
      operations.approve({ by, requestId }),
      operations.deny({ by, requestId }),
      operations.approve({ by, requestId }),
    ])
    expect(decisions.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const { approvals, denials } = w.authority.counts()
    expect(approvals + denials).toBe(1)
  })
})
