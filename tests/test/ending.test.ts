import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import { challenge, collect, deferred, eventually, faultOf, reading, stage } from './stage.ts'

type World = Awaited<ReturnType<typeof stage>>

/** Granted tokens that work anywhere: at introspection or at an API. Taken from the authority's own issue log. */
async function grantsAlive(world: World): Promise<number> {
  let alive = 0
  for (const token of world.tokens('jit')) if (await world.isAlive(token)) alive++
  return alive
}
const allDead = (world: World) => eventually(async () => (await grantsAlive(world)) === 0)

describe('the end of a task', () => {
  for (const http of [false, true]) {
    const where = http ? 'over HTTP' : 'in process'

    it(`end:revokes-all — on return, ${where}: ten grants lived, none does`, async () => {
      const world = await stage({ http })
      await world.jit().runTask({}, async (task) => {
        for (let n = 0; n < 10; n++) await task.fetch(`${world.api.url}/v1/documents/d${n}`)
        // The control: before the end they are alive, so the count below can fail.
        expect(await grantsAlive(world)).toBe(10)
      })
      await allDead(world)
      expect(world.tokens('jit')).toHaveLength(10)
    })

    it(`end:revokes-all — on throw, ${where}: the tool’s error comes out, the grants are dead`, async () => {
      const world = await stage({ http })
      const own = new Error('the agent broke')
      const run = world.jit().runTask({}, async (task) => {
        await task.fetch(`${world.api.url}/v1/documents/d1`)
        throw own
      })
      await expect(run).rejects.toBe(own)
      expect(world.tokens('jit')).toHaveLength(1)
      await allDead(world)
    })
  }

  it('end:revokes-all — a task that is not completed keeps its grants: what the other tests count can be counted', async () => {
    const world = await stage()
    const task = await world.jit().openTask({})
    await task.fetch(`${world.api.url}/v1/documents/d1`)
    await task.suspend()
    await task[Symbol.asyncDispose]()
    expect(await grantsAlive(world)).toBe(1)
  })

  it('end:revokes-all — on abort: a call that was stopped leaves no grant behind', async () => {
    const world = await stage()
    const stop = new AbortController()
    await world
      .jit()
      .runTask({}, async (task) => {
        await task.fetch(`${world.api.url}/v1/documents/d1`)
        const waiting = task.fetch(`${world.api.url}/v1/vault/v1`, { signal: stop.signal })
        await world.human.waitForPending(1)
        stop.abort(new Error('stop'))
        return waiting
      })
      .catch(() => {})
    await allDead(world)
    expect(await world.human.pending()).toEqual([])
  })

  it('end:revokes-all — the answer to complete was lost: completed all the same, the report claims no more than it knows', async () => {
    const world = await stage()
    const task = await world.jit().openTask({})
    await task.fetch(`${world.api.url}/v1/documents/d1`)
    world.faults.loseAnswer('completeTask')
    const report = await task.complete()
    await allDead(world)
    expect(report.taskId).toBe(task.id)
    expect(report.unrevoked.length + report.revoked).toBeGreaterThan(0)
  })

  it('end:revokes-all — the engine’s end completes every task and ends the agent’s own tokens', async () => {
    const world = await stage({ apis: ['beta'] })
    const jit = world.jit()
    const tasks = [
      await jit.openTask({}),
      await jit.openTask({}),
      jit.task({ key: 'r', options: () => ({}) }),
    ]
    for (const [at, task] of tasks.entries())
      await task.fetch(`${world.api.url}/v1/documents/d${at}`)
    await tasks[0]?.fetch(`${world.apis.beta?.url}/v1/free`)
    expect((await world.alive()).length).toBeGreaterThanOrEqual(5)
    await jit[Symbol.asyncDispose]()
    await eventually(async () => (await world.alive()).length === 0)
    expect(tasks.every((task) => task.signal.aborted)).toBe(true)
  })

  it('end:revokes-all — over HTTP as well, base and authority tokens included', async () => {
    const world = await stage({ http: true })
    const jit = world.jit()
    await jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/documents/d1`))
    expect(
      new Set(world.tokens('agent').concat(world.tokens('resource'))).size,
    ).toBeGreaterThanOrEqual(2)
    await jit[Symbol.asyncDispose]()
    await eventually(async () => (await world.alive()).length === 0)
  })

  it('end:idempotent — complete twice, at once and again: one completion, equal reports', async () => {
    const world = await stage()
    const { events, onEvent } = collect()
    const task = await world.jit({ onEvent }).openTask({})
    await task.fetch(`${world.api.url}/v1/documents/d1`)
    const [one, two] = await Promise.all([task.complete(), task.complete()])
    const three = await task.complete()
    await task[Symbol.asyncDispose]()
    expect(one).toEqual({ taskId: task.id, revoked: 1, unrevoked: [] })
    expect([two, three]).toEqual([one, one])
    expect(events.filter((each) => each.type === 'task-completed')).toHaveLength(1)
    expect(world.faults.calls('completeTask')).toHaveLength(1)
  })

  it('end:idempotent — a task that was never opened completes without a word to the authority', async () => {
    const world = await stage()
    const task = world.jit().task({ key: 'lazy', options: () => ({}) })
    expect((await task.complete()).unrevoked).toEqual([])
    expect(world.counts().tasks).toBe(0)
    expect(world.faults.calls('completeTask')).toEqual([])
  })

  it('end:idempotent — an ended task is TASK_CLOSED for everything', async () => {
    const world = await stage()
    const task = await world.jit().openTask({})
    await task.complete()
    const options = { resource: world.api.url, justification: 'j' }
    for (const attempt of [
      () => task.fetch(`${world.api.url}/v1/free`),
      () => task.request(reading('d1'), options),
      () => task.withToken(reading('d1'), options, async () => {}),
    ])
      expect((await faultOf(attempt())).code).toBe('TASK_CLOSED')
    expect(world.api.seen()).toEqual([])
    expect(task.signal.aborted).toBe(true)
  })

  it('end:late-grant-revoked — granted while the task ended: the token never leaves, and is dead', async () => {
    const world = await stage()
    const task = await world.jit().openTask({})
    await task.fetch(`${world.api.url}/v1/free`)
    const hold = world.faults.holdAnswer('redeem')
    const late = faultOf(task.fetch(`${world.api.url}/v1/documents/d1`))
    await hold.arrived
    const completing = task.complete()
    hold.release()
    await completing
    expect((await late).code).toBe('TASK_CLOSED')
    expect(world.tokens('jit')).toHaveLength(1)
    await allDead(world)
    expect(world.api.seen().filter((each) => each.credential === 'grant')).toEqual([])
  })

  it('end:late-grant-revoked — also where the authority knows no tasks: the late grant is revoked by name', async () => {
    const world = await stage()
    const authority = scriptedAuthority({ tasks: 'client', now: () => world.clock.now() })
    const gate = deferred()
    const arrived = deferred()
    const slow = {
      ...authority,
      redeem: async (...args: Parameters<typeof authority.redeem>) => {
        const grant = await authority.redeem(...args)
        arrived.resolve()
        await gate.promise
        return grant
      },
    }
    world.api.script('/v1/x', () => challenge(reading('d1')))
    const task = await world.jit({ authority: slow }).openTask({})
    const late = faultOf(task.fetch(`${world.api.url}/v1/x`))
    await arrived.promise
    const completing = task.complete()
    gate.resolve()
    await completing
    expect((await late).code).toBe('TASK_CLOSED')
    await eventually(() => authority.revoked.length === 1)
  })

  it('end:late-grant-revoked — a task whose opening was under way when it ended does not live on', async () => {
    const world = await stage()
    const task = world.jit().task({ key: 'r', options: () => ({}) })
    const hold = world.faults.holdAnswer('openTask')
    const opening = task.fetch(`${world.api.url}/v1/documents/d1`).catch(() => 'ended')
    await hold.arrived
    const completing = task.complete()
    hold.release()
    await completing
    expect(await opening).toBe('ended')
    expect(world.counts().tasks).toBe(1)
    expect(world.faults.calls('completeTask')).toHaveLength(1)
    expect(world.counts().requests).toBe(0)
  })

  it('end:handed-out-responses-live — a response in hand can still be read after the end; an unanswered send is aborted', async () => {
    const world = await stage()
    const more = deferred()
    world.api.script(
      '/v1/stream',
      () =>
        new Response(
          new ReadableStream({
            start: async (to) => {
              to.enqueue(new TextEncoder().encode('first '))
              await more.promise
              to.enqueue(new TextEncoder().encode('second'))
              to.close()
            },
          }),
        ),
    )
    const arrived = deferred()
    world.api.script('/v1/hang', () => {
      arrived.resolve()
      return new Promise(() => {})
    })
    const task = await world.jit().openTask({})
    const response = await task.fetch(`${world.api.url}/v1/stream`)
    const hanging = faultOf(task.fetch(`${world.api.url}/v1/hang`))
    await arrived.promise
    await task.complete()
    expect((await hanging).code).toBe('TASK_CLOSED')
    more.resolve()
    expect(await response.text()).toBe('first second')
  })

  it('end:handed-out-responses-live — over real HTTP, too: the body goes on coming', async () => {
    const world = await stage({ http: true })
    const more = deferred()
    world.api.script(
      '/v1/stream',
      () =>
        new Response(
          new ReadableStream({
            start: async (to) => {
              to.enqueue(new TextEncoder().encode('first '))
              await more.promise
              to.enqueue(new TextEncoder().encode('second'))
              to.close()
            },
          }),
        ),
    )
    const task = await world.jit().openTask({})
    const response = await task.fetch(`${world.api.url}/v1/stream`)
    await task.complete()
    more.resolve()
    expect(await response.text()).toBe('first second')
  })

  it('end:revokes-all — a wait for a person ends with the task, and the person is asked no more', async () => {
    const world = await stage()
    const task = await world.jit().openTask({})
    const waiting = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
    await world.human.waitForPending(1)
    await task.complete()
    expect((await waiting).code).toBe('TASK_CLOSED')
    expect(await world.human.pending()).toEqual([])
  })

  it('end:reports-what-it-could-not-revoke — the authority is gone: no throw, and every grant is named with its last moment', async () => {
    const world = await stage()
    const task = await world.jit().openTask({})
    await task.fetch(`${world.api.url}/v1/documents/d1`)
    await task.fetch(`${world.api.url}/v1/documents/d2`)
    const requests = world.tokens('jit').map((each) => world.claims(each)?.jit_request_id)
    world.faults.unreachable()
    const report = await world.clock.until(task.complete())
    expect(report.revoked).toBe(0)
    expect(new Set(report.unrevoked.map((each) => each.requestId))).toEqual(new Set(requests))
    for (const { expiresAt } of report.unrevoked)
      expect(expiresAt).toBeGreaterThan(world.clock.now())
    expect(task.signal.aborted).toBe(true)
    world.faults.unreachable(false)
    expect(await grantsAlive(world)).toBe(2)
  })

  it('end:reports-what-it-could-not-revoke — completing again when the authority is back ends them', async () => {
    const world = await stage()
    const task = await world.jit().openTask({})
    await task.fetch(`${world.api.url}/v1/documents/d1`)
    world.faults.unreachable()
    expect((await world.clock.until(task.complete())).unrevoked).toHaveLength(1)
    world.faults.unreachable(false)
    expect((await task.complete()).unrevoked).toEqual([])
    await allDead(world)
  })

  it('end:reports-what-it-could-not-revoke — runTask hands the tool’s value out all the same', async () => {
    const world = await stage()
    const value = world.jit().runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/d1`)
      world.faults.unreachable()
      return 'the value'
    })
    expect(await world.clock.until(value)).toBe('the value')
    world.faults.unreachable(false)
  })

  it('end:server-ttl — a task nobody ends is over at the authority’s own time, with its grants', async () => {
    const world = await stage({ authority: { limits: { taskMs: 400_000 } } })
    const jit = world.jit()
    const task = await jit.openTask({})
    await task.fetch(`${world.api.url}/v1/documents/d1`)
    expect(await grantsAlive(world)).toBe(1)
    // The guard allows five seconds between its clock and the authority's.
    await world.clock.advance(406_000)
    expect(await grantsAlive(world)).toBe(0)
    expect((await faultOf(task.fetch(`${world.api.url}/v1/documents/d2`))).code).toBe('TASK_ENDED')
  })

  it('end:revokes-all — nested: ending the outer engine’s run ends its parallel calls with one completion', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = jit.task({ key: 'r', options: () => ({}) })
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => task.fetch(`${world.api.url}/v1/documents/d${n % 4}`)),
    )
    const report = await task.complete()
    expect(report.revoked).toBe(4)
    await allDead(world)
    expect(jit.task({ key: 'r', options: () => ({}) })).not.toBe(task)
  })
})
