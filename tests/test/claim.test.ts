import { memoryStore } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import {
  challenge,
  collect,
  deferred,
  done,
  faultOf,
  paused,
  paying,
  refused,
  stage,
  toolCall,
} from './stage.ts'

const pay = (invoice: string) => ({ method: 'POST', body: JSON.stringify({ invoice }) })

describe('one winner', () => {
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

  it('claim:one-winner — two engines resume one approved payment at once: one sends, the other is CLAIMED_ELSEWHERE', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const run = async () => {
      const jit = open()
      const task = await jit.resumeTask(handle, {})
      return jit.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    }
    const outcomes = await world.clock.until(Promise.all([run(), run(), run()]))
    expect(world.api.effects()).toHaveLength(1)
    expect(outcomes.filter((each) => each.kind === 'done')).toHaveLength(1)
    for (const each of outcomes.filter((each) => each.kind !== 'done'))
      expect(refused(each)).toMatchObject({ code: 'CLAIMED_ELSEWHERE', retryable: true })
  })

  it('claim:one-winner — one engine, the same call started twice at once: done once', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = await jit.openTask({})
    const run = () =>
      jit.callTool(toolCall(task), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1/summaries`, { method: 'POST', body: 'x' }),
      )
    const outcomes = await world.clock.until(Promise.all([run(), run(), run(), run()]))
    expect(world.api.effects()).toHaveLength(1)
    expect(outcomes.map((each) => each.kind).sort()).toEqual([
      'done',
      'refused',
      'refused',
      'refused',
    ])
    await task.complete()
  })

  it('claim:one-winner — the end of the task ends the wait for the winner', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const sent = deferred()
    world.api.script('/v1/payments', (request) => {
      if (world.claims(request)?.jit !== true) return challenge(paying('i1'))
      sent.resolve()
      return new Promise(() => {})
    })
    const winner = open()
    const held = await winner.resumeTask(handle, {})
    const winning = winner.callTool(toolCall(held, { args, resumeFrom: approval }), execute)
    await sent.promise
    const loser = open()
    const task = await loser.resumeTask(handle, {})
    const { signal } = new AbortController()
    const losing = faultOf(
      loser.callTool(toolCall(task, { args, resumeFrom: approval, signal }), execute),
    )
    await world.clock.advance(100)
    await task.complete()
    expect((await losing).code).toBe('TASK_CLOSED')
    await held.complete()
    expect((await faultOf(winning)).code).toBe('TASK_CLOSED')
  })

  it('claim:one-winner — the winner died while it was sending: taken over after the claim’s time, with the same idempotency key', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const sent = deferred()
    let dead = true
    world.api.script('/v1/payments', (request) => {
      if (world.claims(request)?.jit !== true) return challenge(paying('i1'))
      sent.resolve()
      return dead ? new Promise(() => {}) : new Response('paid', { status: 201 })
    })
    const first = open()
    const lost = await first.resumeTask(handle, {})
    // Never settles: as after SIGKILL, nobody gives the claim back.
    void first.callTool(toolCall(lost, { args, resumeFrom: approval }), execute).catch(() => {})
    await sent.promise
    dead = false
    const second = open()
    const task = await second.resumeTask(handle, {})
    const run = () => second.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    expect(refused(await world.clock.until(run()))).toMatchObject({ code: 'CLAIMED_ELSEWHERE' })
    await world.clock.advance(120_000)
    expect(done(await world.clock.until(run()))).toBe(201)
    const keys = world.api
      .seen()
      .flatMap((each) => (each.credential === 'grant' ? [each.idempotencyKey] : []))
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
    expect(keys[0]).toBeDefined()
  })
})
