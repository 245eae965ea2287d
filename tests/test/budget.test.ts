import type { World } from '@lumojit/conformance'
import type { PermissionRequest } from '@lumojit/protocol'
import { describe, expect, it } from 'vitest'
import { faultOf, paused, refused, stage, toolCall } from './stage.ts'

describe('how much may be asked', () => {
  it('budget:bounded — the 51st question of a task is BUDGET_SPENT, and nobody is asked', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      for (let n = 0; n < 50; n++) await task.fetch(`${world.api.url}/v1/documents/d${n}`)
      const error = await faultOf(task.fetch(`${world.api.url}/v1/documents/d50`))
      expect(error.code).toBe('BUDGET_SPENT')
      expect((await task.fetch(`${world.api.url}/v1/documents/d0`)).status).toBe(200)
    })
    expect(world.counts().requests).toBe(50)
  })

  it('budget:bounded — at most five open questions; a decided one makes room', async () => {
    const world = await stage()
    const stop = new AbortController()
    await world.jit().runTask({}, async (task) => {
      const open = Array.from({ length: 5 }, (_, n) =>
        task
          .fetch(`${world.api.url}/v1/vault/v${n}`, { signal: stop.signal })
          .catch(() => 'stopped'),
      )
      const asked = await world.human.waitForPending(5)
      const error = await faultOf(task.fetch(`${world.api.url}/v1/vault/v5`))
      expect(error.code).toBe('BUDGET_SPENT')
      expect(world.counts().requests).toBe(5)
      await world.human.approve(asked[0]?.requestId ?? '')
      await Promise.race(open)
      const sixth = task.fetch(`${world.api.url}/v1/vault/v6`)
      const now = await world.human.waitForPending(5)
      await world.human.approve(now.at(-1)?.requestId ?? '')
      expect((await sixth).status).toBe(200)
      stop.abort()
      await Promise.all(open)
    })
  })

  it('budget:bounded — the authority’s own limit is RATE_LIMITED, with the time to come back', async () => {
    const world = await stage({ authority: { limits: { openRequests: 2 } } })
    const jit = world.jit({ budget: { open: 100 } })
    await jit.runTask({}, async (task) => {
      const read = (n: number) =>
        jit.callTool(toolCall(task, { key: `k${n}` }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v${n}`),
        )
      expect([(await read(1)).kind, (await read(2)).kind]).toEqual(['pending', 'pending'])
      expect(refused(await read(3))).toMatchObject({
        code: 'RATE_LIMITED',
        retryable: true,
        retryAfterMs: expect.any(Number),
      })
    })
  })

  it('budget:bounded — a question that expired costs budget all the same', async () => {
    const world = await stage({ authority: { limits: { pendingMs: 60_000 } } })
    await world.jit({ budget: { requests: 1 } }).runTask({}, async (task) => {
      const expired = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      expect((await world.clock.until(expired)).code).toBe('EXPIRED')
      expect((await faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))).code).toBe('BUDGET_SPENT')
    })
  })

  for (const [end, free] of [
    ['was approved', (world: World, id: string) => world.human.approve(id)],
    ['was denied', (world: World, id: string) => world.human.deny(id)],
    ['is past its time', (world: World) => world.clock.advance(300_001)],
  ] as const)
    it(`budget:bounded — a paused question that ${end} holds no place any more`, async () => {
      const world = await stage({ authority: { limits: { pendingMs: 300_000 } } })
      const jit = world.jit({ budget: { open: 2 } })
      await jit.runTask({}, async (task) => {
        const read = (n: number) =>
          jit.callTool(toolCall(task, { key: `k${n}` }), ({ fetch }) =>
            fetch(`${world.api.url}/v1/vault/v${n}`),
          )
        const first = paused(await read(1))
        paused(await read(2))
        expect(refused(await read(3)).code).toBe('BUDGET_SPENT')
        await free(world, first.requests[0]?.requestId ?? '')
        expect((await read(4)).kind).toBe('pending')
      })
    })

  it('budget:bounded — paused calls hold their place among the open questions', async () => {
    const world = await stage()
    const jit = world.jit({ budget: { open: 2 } })
    await jit.runTask({}, async (task) => {
      const read = (n: number) =>
        jit.callTool(toolCall(task, { key: `k${n}` }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v${n}`),
        )
      const [one, two, three] = [await read(1), await read(2), await read(3)]
      expect([one.kind, two.kind]).toEqual(['pending', 'pending'])
      expect(refused(three).code).toBe('BUDGET_SPENT')
    })
    expect(world.counts().requests).toBe(2)
  })

  it('budget:bounded — parallel questions cannot slip past the limit together', async () => {
    const world = await stage()
    await world.jit({ budget: { requests: 3, open: 100 } }).runTask({}, async (task) => {
      const all = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => task.fetch(`${world.api.url}/v1/documents/d${n}`)),
      )
      expect(all.filter((each) => each.status === 'fulfilled')).toHaveLength(3)
    })
    expect(world.counts().requests).toBe(3)
  })

  it('budget:bounded — justification and task name are cut to 480 characters before they reach a person', async () => {
    const world = await stage()
    await world.jit().runTask({ name: 'n'.repeat(1000) }, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/d1`, { justification: 'j'.repeat(1000) })
    })
    const request = world.faults.calls('request')[0]?.[1] as PermissionRequest
    expect(request.justification.length).toBeLessThanOrEqual(480)
    expect(world.faults.calls('openTask')[0]?.[0].name?.length).toBeLessThanOrEqual(480)
  })
})
