import type { Task } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { eventually, faultOf, stage } from './stage.ts'

const MANY = 1000

describe('parallel calls', () => {
  for (const http of [false, true]) {
    const where = http ? 'over real HTTP' : 'in process'

    it(`flight:parallel-calls-ask-once — ${MANY} refused GETs ${where}: one request and one redemption at the authority`, async () => {
      const world = await stage({ http })
      const statuses = await world.jit().runTask({}, (task) =>
        Promise.all(
          Array.from({ length: MANY }, async () => {
            const response = await task.fetch(`${world.api.url}/v1/documents/d1`)
            await response.arrayBuffer()
            return response.status
          }),
        ),
      )
      expect(statuses.filter((each) => each === 200)).toHaveLength(MANY)
      expect(world.counts()).toMatchObject({ tasks: 1, requests: 1, joined: 0, redemptions: 1 })
      expect(world.api.seen().filter((each) => each.credential === 'base')).toHaveLength(MANY)
    }, 90_000)

    it(`flight:parallel-calls-ask-once — ${where}, the leader is aborted: the others still ask once and succeed`, async () => {
      const world = await stage({ http })
      await world.jit().runTask({}, async (task) => {
        const stop = new AbortController()
        const url = `${world.api.url}/v1/vault/v1`
        const leader = task.fetch(url, { signal: stop.signal }).then(
          () => 'went through',
          () => 'aborted',
        )
        const [question] = await world.human.waitForPending(1)
        const others = Array.from({ length: 99 }, async () => {
          const response = await task.fetch(url)
          await response.arrayBuffer()
          return response.status
        })
        await eventually(
          () => world.api.seen().filter((each) => each.status === 403).length === 100,
        )
        stop.abort()
        expect(await leader).toBe('aborted')
        await world.human.approve(question?.requestId ?? '')
        expect((await Promise.all(others)).every((each) => each === 200)).toBe(true)
      })
      expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
    })
  }

  it('flight:parallel-calls-ask-once — the leader is aborted before the authority answered: still one request', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const stop = new AbortController()
      const hold = world.faults.holdAnswer('request')
      const url = `${world.api.url}/v1/documents/d1`
      const leader = task.fetch(url, { signal: stop.signal }).catch(() => 'aborted')
      await hold.arrived
      const others = Array.from({ length: 50 }, () => task.fetch(url))
      await eventually(() => world.api.seen().filter((each) => each.status === 403).length === 51)
      stop.abort()
      expect(await leader).toBe('aborted')
      hold.release()
      for (const each of await Promise.all(others)) expect(each.status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
    expect(world.faults.calls('request')).toHaveLength(1)
  })

  it('flight:parallel-calls-ask-once — the leader is refused: all are refused by the one answer, nobody asks again', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const all = Array.from({ length: 100 }, () =>
        faultOf(task.fetch(`${world.api.url}/v1/vault/v1`)),
      )
      const [question] = await world.human.waitForPending(1)
      await world.human.deny(question?.requestId ?? '', { message: 'no' })
      for (const error of await Promise.all(all)) {
        expect(error.code).toBe('DENIED')
        expect(error.response?.status).toBe(403)
      }
    })
    expect(world.counts()).toMatchObject({ requests: 1, denials: 1, redemptions: 0 })
  })

  it('flight:parallel-calls-ask-once — two tasks: one request each, no more', async () => {
    const world = await stage()
    const jit = world.jit()
    const run = () =>
      jit.runTask({}, (task) =>
        Promise.all(
          Array.from({ length: 100 }, () => task.fetch(`${world.api.url}/v1/documents/d1`)),
        ),
      )
    await Promise.all([run(), run()])
    expect(world.counts()).toMatchObject({ tasks: 2, requests: 2, redemptions: 2 })
  })

  it('flight:parallel-calls-ask-once — two engines at one authority: one request each', async () => {
    const world = await stage()
    const run = () =>
      world
        .jit()
        .runTask({}, (task) =>
          Promise.all(
            Array.from({ length: 100 }, () => task.fetch(`${world.api.url}/v1/documents/d1`)),
          ),
        )
    await Promise.all([run(), run()])
    expect(world.counts()).toMatchObject({ tasks: 2, requests: 2, redemptions: 2 })
  })

  it('flight:parallel-calls-ask-once — unsafe calls granted at once share as well; what a person must decide they do not', async () => {
    const world = await stage()
    const statuses = await world.jit().runTask({}, (task) =>
      Promise.all(
        Array.from({ length: 200 }, async (_, n) => {
          const url = `${world.api.url}/v1/documents/d1/summaries`
          return (await task.fetch(url, { method: 'POST', body: `${n}` })).status
        }),
      ),
    )
    expect(statuses.every((each) => each === 201)).toBe(true)
    expect(world.api.effects()).toHaveLength(200)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('flight:parallel-calls-ask-once — granted at once for one use: those in flight share it, a call after them asks anew', async () => {
    const world = await stage()
    world.faults.change('redeem', (answer) =>
      'token' in answer ? { ...answer, reuse: 'once' } : answer,
    )
    const write = (task: Task, body: string) =>
      task.fetch(`${world.api.url}/v1/documents/d1/summaries`, { method: 'POST', body })
    await world.jit().runTask({}, async (task) => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => write(task, `${n}`)))
      expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
      await write(task, 'later')
    })
    expect(world.api.effects()).toHaveLength(21)
    const [first, last] = [world.api.effects()[0], world.api.effects().at(-1)]
    expect(last?.jti).not.toBe(first?.jti)
    expect(world.counts().requests).toBe(2)
  })

  it('flight:parallel-calls-ask-once — a task is opened once, however many calls need it first', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = jit.task({ key: 'lazy', options: () => ({ name: 'lazy' }) })
    await Promise.all(Array.from({ length: 50 }, () => task.fetch(`${world.api.url}/v1/free`)))
    expect(world.counts().tasks).toBe(1)
    await task.complete()
  })

  it('flight:parallel-calls-ask-once — an opening that failed is tried again by the next call', async () => {
    const world = await stage()
    const task = world.jit().task({ key: 'lazy', options: () => ({}) })
    world.faults.unreachable()
    const first = faultOf(task.fetch(`${world.api.url}/v1/free`))
    expect((await world.clock.until(first)).code).toBe('AUTHORITY_UNREACHABLE')
    world.faults.unreachable(false)
    expect((await task.fetch(`${world.api.url}/v1/free`)).status).toBe(200)
    await task.complete()
    expect(world.counts().tasks).toBe(1)
  })

  it('flight:parallel-calls-ask-once — a request that failed to reach the authority is not shared for ever', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      await task.open()
      await task.fetch(`${world.api.url}/v1/free`)
      world.faults.unreachable()
      const all = Array.from({ length: 10 }, () =>
        faultOf(task.fetch(`${world.api.url}/v1/documents/d1`)),
      )
      for (const error of await world.clock.until(Promise.all(all)))
        expect(error.code).toBe('AUTHORITY_UNREACHABLE')
      world.faults.unreachable(false)
      expect((await task.fetch(`${world.api.url}/v1/documents/d1`)).status).toBe(200)
    })
  })
})
