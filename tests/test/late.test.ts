import { memoryStore } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { collect, done, paused, refused, stage, toolCall } from './stage.ts'

const pay = (invoice: string) => ({ method: 'POST', body: JSON.stringify({ invoice }) })

describe('late, and lost on the way', () => {
  /** One paused call, and what it takes to run it again as another process would. */
  async function pausedCall(body = pay('i1')) {
    const world = await stage()
    const { events, onEvent } = collect()
    const store = memoryStore(world.clock)
    const open = () => world.jit({ onEvent, store })
    const jit = open()
    const task = jit.task({ key: 'run-1', options: () => ({ name: 'run' }) })
    const args = { invoice: 'i1' }
    const execute = ({ fetch }: { fetch: typeof task.fetch }) =>
      fetch(`${world.api.url}/v1/payments`, body).then((response) => response.status)
    const approval = paused(await jit.callTool(toolCall(task, { args }), execute))
    const handle = await task.suspend()
    return { world, jit, open, task, args, execute, approval, handle, events }
  }

  it('pause:late-redeem — woken hours after the approval, the window is still open and nobody is asked', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    await world.clock.advance(2 * 3_600_000)
    const second = open()
    const task = await second.resumeTask(handle, {})
    const outcome = await second.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    expect(done(outcome)).toBe(201)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('pause:late-redeem — the token’s life starts at redemption, and a call that may pause asks for 900 s', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    expect(world.faults.calls('request')[0]?.[1].ttlSeconds).toBe(900)
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    await world.clock.advance(3_600_000)
    const second = open()
    const task = await second.resumeTask(handle, {})
    done(await second.callTool(toolCall(task, { args, resumeFrom: approval }), execute))
    const { exp } = world.claims(world.tokens('jit')[0] ?? '') as { exp: number }
    expect(exp * 1000 - world.clock.now()).toBeGreaterThan(890_000)
  })

  it('pause:late-redeem — the window is closed: one new request, never more', async () => {
    const world = await stage({ authority: { limits: { redeemMs: 300_000 } } })
    const jit = world.jit()
    const task = jit.task({ key: 'run-1', options: () => ({}) })
    const execute = ({ fetch }: { fetch: typeof task.fetch }) =>
      fetch(`${world.api.url}/v1/payments`, pay('i1'))
    const first = paused(await jit.callTool(toolCall(task), execute))
    await world.human.approve(first.requests[0]?.requestId ?? '')
    await world.clock.advance(600_000)
    const second = paused(await jit.callTool(toolCall(task, { resumeFrom: first }), execute))
    expect(second.requests[0]?.requestId).not.toBe(first.requests[0]?.requestId)
    expect(world.counts().requests).toBe(2)
    expect(await world.human.pending()).toHaveLength(1)
  })

  it('redeem:again-after-lost-answer — the answer was lost: the same request is redeemed again, one token lives', async () => {
    const world = await stage()
    world.faults.loseAnswer('redeem')
    const response = await world.clock.until(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/documents/d1`)),
    )
    expect(response.status).toBe(200)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 2 })
    const used = world.api.seen().at(-1)?.jti
    expect(used).toBe(world.claims(world.tokens('jit')[1] ?? '')?.jti)
  })

  it('redeem:again-after-lost-answer — the request’s own answer was lost: the same call again joins it, nobody is asked twice', async () => {
    const world = await stage()
    world.faults.loseAnswer('request')
    const jit = world.jit()
    const task = jit.task({ key: 'run-1', options: () => ({}) })
    const run = () =>
      jit.callTool(toolCall(task), ({ fetch }) =>
        fetch(`${world.api.url}/v1/payments`, pay('i1')).then(({ status }) => status),
      )
    const lost = await world.clock.until(run())
    const approval = paused(lost.kind === 'refused' ? await run() : lost)
    expect(await world.human.pending()).toHaveLength(1)
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    expect(done(await run())).toBe(201)
    expect(world.counts()).toMatchObject({ requests: 1, approvals: 1 })
    expect(world.api.effects()).toHaveLength(1)
    await task.complete()
  })

  it('redeem:again-after-lost-answer — a process that died between approval and redemption loses nothing', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    world.faults.loseAnswer('redeem', 50)
    const second = open()
    const dying = await second.resumeTask(handle, {})
    const lost = await world.clock.until(
      second.callTool(toolCall(dying, { args, resumeFrom: approval }), execute),
    )
    expect(refused(lost)).toMatchObject({ code: 'AUTHORITY_UNREACHABLE', retryable: true })
    world.faults.loseAnswer('redeem', 0)
    const third = open()
    const task = await third.resumeTask(handle, {})
    expect(
      done(await third.callTool(toolCall(task, { args, resumeFrom: approval }), execute)),
    ).toBe(201)
    expect(world.counts().requests).toBe(1)
    expect(world.api.effects()).toHaveLength(1)
  })

  it('pause:late-redeem — a task that ended meanwhile: TASK_ENDED, nothing is asked', async () => {
    const { world, open, task, args, execute, approval, handle } = await pausedCall()
    await world.endTask(task.id ?? '')
    const second = open()
    const outcome = await second
      .resumeTask(handle, {})
      .then((resumed) =>
        second.callTool(toolCall(resumed, { args, resumeFrom: approval }), execute),
      )
      .then(
        (each) => refused(each).code,
        (error: { code?: unknown }) => error.code,
      )
    expect(outcome).toBe('TASK_ENDED')
    expect(world.counts().requests).toBe(1)
  })

  it('pause:late-redeem — a run whose task ended meanwhile gets a new task and asks again, once', async () => {
    const { world, open, task, args, execute, approval, handle } = await pausedCall()
    await world.endTask(task.id ?? '')
    const second = open()
    const run = second.task({ key: 'run-1', options: () => ({ name: 'run' }), handle })
    const again = paused(
      await second.callTool(toolCall(run, { args, resumeFrom: approval }), execute),
    )
    expect(run.id).not.toBe(task.id)
    expect(again.requests[0]?.requestId).not.toBe(approval.requests[0]?.requestId)
    expect(world.counts()).toMatchObject({ tasks: 2, requests: 2 })
    await world.human.approve(again.requests[0]?.requestId ?? '')
    expect(done(await second.callTool(toolCall(run, { args, resumeFrom: again }), execute))).toBe(
      201,
    )
    expect(world.counts()).toMatchObject({ tasks: 2, requests: 2, redemptions: 1 })
    await run.complete()
  })
})
