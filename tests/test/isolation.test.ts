import { currentTask } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { done, faultOf, stage, toolCall } from './stage.ts'

describe('time and walls', () => {
  it('expire:skew — a grant is not sent in its last seconds: the life the authority names, less the skew, is the life', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      const life = world.claims(world.tokens('jit')[0] ?? '') as { exp: number }
      await world.clock.advance(life.exp * 1000 - world.clock.now() - 1_000)
      expect((await task.fetch(url)).status).toBe(200)
      expect(world.tokens('jit')).toHaveLength(2)
      const used = world.api.seen().at(-1)
      expect(used?.jti).toBe(world.claims(world.tokens('jit')[1] ?? '')?.jti)
      expect(world.api.seen().filter((each) => each.status === 401)).toEqual([])
    })
    expect(world.counts().requests).toBe(1)
  })

  it('isolation:two-tasks-never-share — not the grant, not the flight, not the denial', async () => {
    const world = await stage()
    const jit = world.jit()
    const one = await jit.openTask({ name: 'one' })
    const two = await jit.openTask({ name: 'two' })
    const url = `${world.api.url}/v1/documents/d1`
    await Promise.all([one.fetch(url), two.fetch(url)])
    expect(world.counts()).toMatchObject({ requests: 2, redemptions: 2 })
    const tasksOf = world.tokens('jit').map((each) => world.claims(each)?.task_id)
    expect(new Set(tasksOf)).toEqual(new Set([one.id, two.id]))
    const denied = faultOf(one.fetch(`${world.api.url}/v1/vault/v1`))
    const [question] = await world.human.waitForPending(1)
    await world.human.deny(question?.requestId ?? '')
    await denied
    const allowed = two.fetch(`${world.api.url}/v1/vault/v1`)
    const [again] = await world.human.waitForPending(1)
    await world.human.approve(again?.requestId ?? '')
    expect((await allowed).status).toBe(200)
    await one.complete()
    expect((await two.fetch(url)).status).toBe(200)
    await two.complete()
  })

  it('isolation:two-tasks-never-share — the same run key is one task in this process, another key another', async () => {
    const world = await stage()
    const jit = world.jit()
    const options = () => ({ name: 'run' })
    expect(jit.task({ key: 'a', options })).toBe(jit.task({ key: 'a', options }))
    expect(jit.task({ key: 'a', options })).not.toBe(jit.task({ key: 'b', options }))
  })

  it('isolation:two-tasks-never-share — currentTask is the call around, also with many at once, and nothing outside', async () => {
    const world = await stage()
    const jit = world.jit()
    expect(currentTask()).toBeUndefined()
    const one = await jit.openTask({})
    const two = await jit.openTask({})
    const seen = await Promise.all(
      [one, two, one, two].map(async (task, at) =>
        done(
          await jit.callTool(toolCall(task, { key: `k${at}` }), async ({ fetch }) => {
            await fetch(`${world.api.url}/v1/documents/d${at}`)
            return currentTask()?.taskId
          }),
        ),
      ),
    )
    expect(seen).toEqual([one.id, two.id, one.id, two.id])
    expect(currentTask()).toBeUndefined()
    await one.complete()
    await two.complete()
  })

  it('isolation:two-users-never-share — equal call keys of two users share neither request nor idempotency key', async () => {
    const world = await stage()
    const jit = world.jit()
    const run = (onBehalfOf: string) =>
      jit.runTask({ onBehalfOf }, async (task) => {
        done(
          await jit.callTool(toolCall(task, { key: 'thread-1/call-1' }), ({ fetch }) =>
            fetch(`${world.api.url}/v1/documents/d1/summaries`, { method: 'POST', body: 'same' }),
          ),
        )
      })
    await run(world.human.alice.email)
    await run(world.human.bob.email)
    const keys = world.api.effects().map((each) => each.idempotencyKey)
    expect(new Set(keys).size).toBe(2)
    expect(new Set(world.faults.calls('request').map((args) => args[1].idempotencyKey)).size).toBe(
      2,
    )
    expect(world.counts()).toMatchObject({ tasks: 2, requests: 2 })
  })
})
