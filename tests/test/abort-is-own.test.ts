import { describe, expect, it } from 'vitest'
import { eventually, faultOf, stage } from './stage.ts'

describe('leaving a shared wait', () => {
  it('flight:abort-is-own — one of many that wait leaves; the others go on and get the grant', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const leaders = [new AbortController(), new AbortController(), new AbortController()]
      const waits = leaders.map(({ signal }) =>
        task.fetch(`${world.api.url}/v1/vault/v1`, { signal }).then(
          (response) => response.status,
          (error: Error) => error.message,
        ),
      )
      const [question] = await world.human.waitForPending(1)
      await eventually(() => world.faults.calls('status').length > 0)
      leaders[0]?.abort(new Error('first leaves'))
      expect(await waits[0]).toBe('first leaves')
      await world.human.approve(question?.requestId ?? '')
      expect(await Promise.all(waits)).toEqual(['first leaves', 200, 200])
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('flight:abort-is-own — when the last waiter leaves, polling stops, and the open question is found again, not asked again', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const stop = new AbortController()
      const wait = task
        .fetch(`${world.api.url}/v1/vault/v1`, { signal: stop.signal })
        .catch(() => 'left')
      const [question] = await world.human.waitForPending(1)
      await eventually(() => world.faults.calls('status').length > 0)
      stop.abort()
      expect(await wait).toBe('left')
      await eventually(() => world.faults.busy === 0)
      const looks = world.faults.calls('status').length
      await world.clock.advance(120_000)
      expect(world.faults.calls('status')).toHaveLength(looks)
      const second = task.fetch(`${world.api.url}/v1/vault/v1`)
      await eventually(() => world.faults.calls('status').length > looks)
      await world.human.approve(question?.requestId ?? '')
      expect((await second).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('flight:abort-is-own — an authority that ignores the wait is asked at intervals, not in a hot loop', async () => {
    const world = await stage()
    world.faults.ignoreWait()
    const began = world.clock.now()
    const error = await world.clock.until(
      faultOf(world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/vault/v1`))),
    )
    expect(error.code).toBe('EXPIRED')
    const minutes = (world.clock.now() - began) / 60_000
    expect(minutes).toBeGreaterThan(50)
    // One a second at first, growing to one in five: an hour is about 720 looks, a hot loop millions.
    expect(world.faults.calls('status').length).toBeLessThan(2_000)
    expect(world.faults.calls('status').length).toBeGreaterThan(200)
    for (const [, io] of world.faults.calls('status'))
      expect(io?.waitMs ?? 0).toBeLessThanOrEqual(25_000)
  })
})
