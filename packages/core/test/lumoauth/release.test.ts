import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failure, ref, scripted } from './scripted.ts'

const STATUS = 'GET /jit/request/jit_1/status'

describe('a call that is over', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('leaves no timer behind, answered or not: ten thousand tasks would wait on theirs', async () => {
    let timers = 0
    const answer = (reply: object) => () => {
      timers = vi.getTimerCount()
      return reply
    }
    for (const reply of [{ body: { status: 'pending' } }, new TypeError('fetch failed')]) {
      const { authority } = scripted({ [STATUS]: answer(reply) })
      await authority.status(ref).catch(() => undefined)
      expect(timers).toBe(1)
      expect(vi.getTimerCount()).toBe(0)
    }
  })

  it('leaves nothing on a signal that outlives it', async () => {
    const task = new AbortController()
    const added = vi.spyOn(task.signal, 'addEventListener')
    const removed = vi.spyOn(task.signal, 'removeEventListener')
    const { authority } = scripted({ [STATUS]: { body: { status: 'pending' } } })
    await authority.status(ref, { signal: task.signal })
    expect(added.mock.calls.length).toBeGreaterThan(0)
    expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length)
  })

  it('is unreachable once its time is over', async () => {
    const { authority } = scripted(
      { [STATUS]: () => vi.advanceTimersByTimeAsync(50).then(() => new Promise(() => {})) },
      { timeoutMs: 50 },
    )
    const late = failure(authority.status(ref))
    await vi.advanceTimersByTimeAsync(500)
    expect(await late).toMatchObject({
      kind: 'unreachable',
      message: 'LumoAuth did not answer within 50 ms.',
    })
  })
})
