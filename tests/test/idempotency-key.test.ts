import { describe, expect, it } from 'vitest'
import { done, stage, toolCall } from './stage.ts'

describe('the idempotency key', () => {
  it('send:idempotency-key — POST and PATCH carry one, the resend the same one; nothing else does', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task), async ({ fetch }) => {
        await fetch(`${world.api.url}/v1/documents/d1/summaries`, { method: 'POST', body: 'a' })
        for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'])
          await fetch(`${world.api.url}/v1/free-${method}`, { method })
      })
      done(outcome)
    })
    const keys = (method: string) =>
      world.api
        .seen()
        .filter((each) => each.method === method)
        .map((each) => each.idempotencyKey)
    const [first, again] = keys('POST')
    expect(first).toMatch(/^.{20,}$/)
    expect(again).toBe(first)
    expect(keys('PATCH')).toEqual([expect.stringMatching(/^.{20,}$/)])
    expect([...keys('GET'), ...keys('PUT'), ...keys('DELETE')].filter(Boolean)).toEqual([])
  })

  it('send:idempotency-key — equal on re-execution, different for every other call, order, body, user and target', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/documents/d1/summaries`
    const keysOf = async (
      key: string,
      sends: readonly [string, string][],
      onBehalfOf?: string,
    ): Promise<readonly (string | undefined)[]> => {
      const from = world.api.effects().length
      // An engine each: one engine remembers which calls were done, and does none of them twice.
      const jit = world.jit()
      await jit.runTask(onBehalfOf === undefined ? {} : { onBehalfOf }, async (task) => {
        done(
          await jit.callTool(toolCall(task, { key }), async ({ fetch }) => {
            for (const [to, body] of sends) await fetch(to, { method: 'POST', body })
          }),
        )
      })
      return world.api
        .effects()
        .slice(from)
        .map((each) => each.idempotencyKey)
    }
    const [one, two] = await keysOf('k', [
      [url, 'a'],
      [url, 'a'],
    ])
    const distinct = [
      one,
      two,
      ...(await keysOf('k2', [[url, 'a']])),
      ...(await keysOf('k', [[url, 'b']])),
      ...(await keysOf('k', [[`${url}?x`, 'a']])),
      ...(await keysOf('k', [[url, 'a']], world.human.alice.email)),
      ...(await keysOf('k', [[url, 'a']], world.human.bob.email)),
      ...(await keysOf('a|b', [[url, 'c']])),
      ...(await keysOf('a', [[url, 'b|c']])),
    ]
    expect(new Set(distinct).size).toBe(distinct.length)
    // Another task, the same call: a task may be replaced on resume, the call stays the same.
    expect(
      await keysOf('k', [
        [url, 'a'],
        [url, 'a'],
      ]),
    ).toEqual([one, two])
    expect(await keysOf('k', [[`${url}#part`, 'a']])).toEqual([one])
  })

  it('send:idempotency-key — a FormData body counts by its entries, not by its random boundary', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/documents/d1/summaries`
    const send = (value: string, jit = world.jit()) =>
      jit.runTask({}, async (task) =>
        done(
          await jit.callTool(toolCall(task), ({ fetch }) => {
            const body = new FormData()
            body.set('a', value)
            return fetch(url, { method: 'POST', body })
          }),
        ),
      )
    await send('1')
    await send('1')
    await send('2')
    const [one, two, three] = world.api.effects().map((each) => each.idempotencyKey)
    expect(two).toBe(one)
    expect(three).not.toBe(one)
  })

  it('send:idempotency-key — an API that honours it does a call once, though two engines that share nothing execute it', async () => {
    const world = await stage({ idempotent: true })
    const run = async () => {
      const jit = world.jit()
      const task = await jit.openTask({})
      const outcome = await jit.callTool(toolCall(task), async ({ fetch }) => {
        const url = `${world.api.url}/v1/documents/d1/summaries`
        return (await fetch(url, { method: 'POST', body: 'x' })).status
      })
      await task.complete()
      return done(outcome)
    }
    expect([await run(), await run()]).toEqual([201, 201])
    expect(world.api.effects()).toHaveLength(1)
  })

  it('send:idempotency-key — false sends none, and the caller’s own header wins', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/documents/d1/summaries`
    await world.jit().runTask({}, async (task) => {
      await task.fetch(url, { method: 'POST', body: 'a', idempotencyKey: false })
      await task.fetch(url, { method: 'POST', body: 'b', headers: { 'Idempotency-Key': 'own' } })
      await task.fetch(url, { method: 'POST', body: 'c', idempotencyKey: 'named' })
    })
    expect(world.api.effects().map((each) => each.idempotencyKey)).toEqual([
      undefined,
      'own',
      'named',
    ])
  })
})
