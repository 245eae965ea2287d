import type { PendingApproval } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { done, eventually, paused, refused, stage, toolCall } from './stage.ts'

describe('waiting in place, or pausing', () => {
  it('pause:block-mode — it waits for the person and goes on in place', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      let runs = 0
      const call = jit.callTool(
        toolCall(task, { pending: 'block', durable: true }),
        async ({ fetch }) => {
          runs++
          return (await fetch(`${world.api.url}/v1/vault/v1`)).status
        },
      )
      const [question] = await world.human.waitForPending(1)
      await world.clock.advance(60_000)
      await world.human.approve(question?.requestId ?? '')
      expect([done(await call), runs]).toEqual([200, 1])
    })
  })

  it('pause:block-mode — waits until the request expires; then it is refused as EXPIRED', async () => {
    const world = await stage({ authority: { limits: { pendingMs: 300_000 } } })
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const outcome = await world.clock.until(
        jit.callTool(toolCall(task, { pending: 'block' }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v1`),
        ),
      )
      expect(refused(outcome).code).toBe('EXPIRED')
    })
  })

  it('pause:block-mode — a moment without the authority does not end the wait', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const waiting = task.fetch(`${world.api.url}/v1/vault/v1`)
      const [question] = await world.human.waitForPending(1)
      world.faults.unreachable()
      await world.clock.advance(40_000)
      world.faults.unreachable(false)
      await world.human.approve(question?.requestId ?? '')
      expect((await world.clock.until(waiting)).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('pause:block-mode — with waitMs it waits that long and then pauses', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const began = world.clock.now()
      const outcome = await world.clock.until(
        jit.callTool(toolCall(task, { pending: 'block', waitMs: 90_000 }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v1`),
        ),
      )
      paused(outcome)
      expect(world.clock.now() - began).toBeGreaterThanOrEqual(90_000)
      expect(world.clock.now() - began).toBeLessThan(120_000)
    })
  })

  it('pause:block-mode — suspend pauses at once, or after its own waitMs', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const began = world.clock.now()
      const read = ({ fetch }: { fetch: typeof task.fetch }) =>
        fetch(`${world.api.url}/v1/vault/v1`)
      paused(await jit.callTool(toolCall(task), read))
      expect(world.clock.now()).toBe(began)
      const patient = jit.callTool(toolCall(task, { key: 'k2', waitMs: 10_000 }), read)
      paused(await world.clock.until(patient))
      expect(world.clock.now() - began).toBeGreaterThanOrEqual(10_000)
    })
  })

  it('pause:block-mode — a fetch may say it for itself', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const call = jit.callTool(toolCall(task), async ({ fetch }) => {
        return (await fetch(`${world.api.url}/v1/vault/v1`, { pending: 'block' })).status
      })
      const [question] = await world.human.waitForPending(1)
      await world.human.approve(question?.requestId ?? '')
      expect(done(await call)).toBe(200)
    })
  })

  it('pause:auto — suspends where a pause has a place to live', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const began = world.clock.now()
      paused(
        await jit.callTool(toolCall(task, { pending: 'auto', durable: true }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v1`),
        ),
      )
      expect(world.clock.now()).toBe(began)
    })
  })

  it('pause:auto — elsewhere it blocks for five minutes and then pauses', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const began = world.clock.now()
      const call = jit.callTool(toolCall(task, { pending: 'auto', durable: false }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/vault/v1`),
      )
      paused(await world.clock.until(call))
      expect(world.clock.now() - began).toBeGreaterThanOrEqual(300_000)
      expect(world.clock.now() - began).toBeLessThan(330_000)
    })
  })

  it('pause:auto — onPending is asked on every turn and its word counts: wait, recheck, suspend', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const seen: PendingApproval[] = []
      const words = ['wait', 'recheck', 'suspend'] as const
      const call = jit.callTool(
        toolCall(task, {
          pending: 'block',
          onPending: (approval) => {
            seen.push(approval)
            return words[seen.length - 1] ?? 'suspend'
          },
        }),
        ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`),
      )
      const approval = paused(await world.clock.until(call))
      expect(seen).toHaveLength(3)
      expect(seen[2]?.requests).toEqual(approval.requests)
    })
  })

  it('pause:auto — onPending is asked as often as turnMs says, beside one poll that stays open', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const at: number[] = []
      const call = jit.callTool(
        toolCall(task, {
          pending: 'block',
          turnMs: 2_000,
          onPending: () => {
            at.push(world.clock.now())
            return at.length > 10 ? 'suspend' : 'wait'
          },
        }),
        ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`),
      )
      paused(await world.clock.until(call))
      const turns = at.map((each) => (each - (at[0] ?? 0)) / 1_000)
      expect(turns).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
      expect(world.faults.calls('status')).toHaveLength(1)
    })
  })

  it('pause:when-told — a wait in place becomes a pause as soon as it is told to, and its poll ends', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const leave = new AbortController()
      const call = jit.callTool(
        toolCall(task, { pending: 'block', pause: leave.signal }),
        ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`),
      )
      await world.human.waitForPending(1)
      await eventually(() => world.faults.calls('status').length > 0)
      const began = world.clock.now()
      leave.abort()
      expect(paused(await call).requests).toHaveLength(1)
      await eventually(() => world.faults.busy === 0)
      expect(world.clock.now()).toBe(began)
    })
  })

  it('pause:when-told — being told to pause does not touch what is being sent', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const leave = new AbortController()
      const call = jit.callTool(
        toolCall(task, { pending: 'block', pause: leave.signal }),
        async ({ fetch }) => {
          const response = fetch(`${world.api.url}/v1/documents/d1`)
          leave.abort()
          return (await response).status
        },
      )
      expect(done(await call)).toBe(200)
    })
  })

  it('pause:auto — what onPending throws is the framework’s own and comes out as it is', async () => {
    const world = await stage()
    const jit = world.jit()
    const interrupt = new Error('GraphInterrupt')
    await jit.runTask({}, async (task) => {
      const call = jit.callTool(
        toolCall(task, {
          pending: 'block',
          onPending: () => {
            throw interrupt
          },
        }),
        ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`),
      )
      await expect(call).rejects.toBe(interrupt)
    })
  })
})
