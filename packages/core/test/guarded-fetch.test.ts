import { type Decision, Secret } from '@lumojit/protocol'
import { describe, expect, it } from 'vitest'
import type { Call } from '../src/call.ts'
import { newCall } from '../src/call.ts'
import { guardedFetch as fetchGuarded } from '../src/guarded-fetch.ts'
import type { TaskState } from '../src/task-state.ts'
import {
  API,
  authority,
  challenge,
  HandClock,
  network,
  type Sent,
  taskOn,
  turns,
  until,
} from './grounds.ts'

const guardedFetch = (task: TaskState, call: Call, url: string) =>
  fetchGuarded(task, call, new URL(url), {})
const plain = () => newCall(undefined, {})
const bearer = ({ headers }: Sent) => headers.get('authorization')
const ok = () => new Response('ok')

describe('send:at-most-three', () => {
  it('send:at-most-three — a 401 on the third credential goes back as it came; there is no fourth', async () => {
    const net = network((_, nth) => {
      if (nth === 1) return challenge({ type: 'a' })
      return nth === 2 ? challenge({ type: 'b' }) : new Response('expired', { status: 401 })
    })
    const served = authority()
    const { task } = taskOn({ fetch: net.fetch, authority: served.port })
    const response = await guardedFetch(task, await plain(), `${API}/x`)
    expect(response.status).toBe(401)
    expect(await response.text()).toBe('expired')
    expect(net.sent).toHaveLength(3)
    expect(new Set(net.sent.map(bearer)).size).toBe(3)
    expect(served.count('request')).toBe(2)
  })
})

describe('renew:by-the-table', () => {
  it('renew:by-the-table — of many calls that meet the end of one grant, one redeems, and its token stays good', async () => {
    const clock = new HandClock()
    let live = 'none'
    const waiting: (() => void)[] = []
    const served = authority({
      clock,
      redeem: async (ref, request) => {
        live = `grant-${served.count('redeem')}`
        return { ...served.grant(ref, request), token: new Secret(live), reuse: 'task' }
      },
      status: async (ref): Promise<Decision> => {
        await new Promise<void>((resolve) => waiting.push(resolve))
        return { status: 'granted', ref }
      },
    })
    const net = network((sent) => {
      if (bearer(sent) === 'Bearer base-token') return challenge()
      return bearer(sent) === `Bearer ${live}` ? ok() : new Response(null, { status: 401 })
    })
    const { task } = taskOn({ fetch: net.fetch, authority: served.port, clock })
    expect((await guardedFetch(task, await plain(), `${API}/x`)).status).toBe(200)
    live = 'lost at the resource'
    const call = await plain()
    const early = guardedFetch(task, call, `${API}/x`)
    await until(() => waiting.length === 1)
    const late = guardedFetch(task, await plain(), `${API}/x`)
    let over = false
    const both = Promise.allSettled([early, late]).then(() => {
      over = true
    })
    await until(() => {
      for (const answer of waiting.splice(0)) answer()
      return over
    })
    await both
    expect((await Promise.all([early, late])).map(({ status }) => status)).toEqual([200, 200])
    expect(served.count('redeem')).toBe(2)
    expect(served.count('request')).toBe(1)
  })

  it('flight:parallel-calls-ask-once — who comes between the request and its redemption redeems nothing of its own', async () => {
    let redeemed: () => void = () => {}
    const served = authority({
      redeem: async (ref, request) => {
        await new Promise<void>((resolve) => (redeemed = resolve))
        return { ...served.grant(ref, request), reuse: 'task' }
      },
    })
    const net = network((sent) => (bearer(sent) === 'Bearer base-token' ? challenge() : ok()))
    const { task } = taskOn({ fetch: net.fetch, authority: served.port })
    const first = guardedFetch(task, await plain(), `${API}/x`)
    await until(() => served.count('redeem') === 1)
    const second = guardedFetch(task, await plain(), `${API}/x`)
    await turns()
    redeemed()
    await Promise.all([first, second])
    expect(served.count('redeem')).toBe(1)
    expect(served.count('request')).toBe(1)
    expect(
      new Set(
        net.sent
          .slice(1)
          .map(bearer)
          .filter((value) => value !== 'Bearer base-token'),
      ).size,
    ).toBe(1)
  })
})

describe('leaving a renewal', () => {
  it('flight:abort-is-own — a fetch’s own signal ends its renewal, though the authority hangs', async () => {
    const served = authority({ status: () => new Promise(() => {}) })
    let live = true
    const net = network((sent) => {
      if (bearer(sent) === 'Bearer base-token') return challenge()
      return live ? ok() : new Response(null, { status: 401 })
    })
    const { task } = taskOn({ fetch: net.fetch, authority: served.port })
    await guardedFetch(task, await plain(), `${API}/x`)
    live = false
    const controller = new AbortController()
    const init = { signal: controller.signal }
    const renewed = fetchGuarded(task, await plain(), new URL(`${API}/x`), init)
    await Promise.race([until(() => served.count('status') === 1), renewed])
    controller.abort('mine')
    await expect(renewed).rejects.toBe('mine')
  })
})

describe('what is thrown', () => {
  it('each of many that are refused by one answer gets an error of its own, with the response it met', async () => {
    const served = authority({ request: async () => ({ status: 'denied', message: 'no' }) })
    const net = network(({ url }) => {
      const response = challenge()
      return new Response(url, { status: 403, headers: response.headers })
    })
    const { task } = taskOn({ fetch: net.fetch, authority: served.port })
    const urls = ['a', 'b', 'c'].map((path) => `${API}/${path}`)
    const errors = await Promise.all(
      urls.map(async (url) => guardedFetch(task, await plain(), url).catch((error) => error)),
    )
    expect(new Set(errors).size).toBe(3)
    for (const [at, error] of errors.entries()) {
      expect(error).toMatchObject({ code: 'DENIED', refusal: { message: 'no' } })
      expect(error.response.bodyUsed).toBe(false)
      expect(await error.response.text()).toBe(urls[at])
    }
    expect(served.count('request')).toBe(1)
  })

  it('flight:abort-is-own — a reason that is no object comes out as it is', async () => {
    const served = authority({ request: () => new Promise(() => {}) })
    const { task } = taskOn({ fetch: network(() => challenge()).fetch, authority: served.port })
    for (const reason of [null, 'text', 0]) {
      const controller = new AbortController()
      const call = await newCall(undefined, { signal: controller.signal })
      const result = guardedFetch(task, call, `${API}/x`).catch((error) => ({ error }))
      await until(() => served.count('request') === 1)
      await turns()
      controller.abort(reason)
      expect(await result).toEqual({ error: reason })
    }
  })
})

describe('budget:bounded', () => {
  it('budget:bounded — a question that was decided, or whose time is over, leaves its place, though nobody looked at it again', async () => {
    const clock = new HandClock()
    const decided = new Set<string>()
    const served = authority({
      clock,
      request: async (): Promise<Decision> => ({
        status: 'pending',
        ref: served.ref(),
        waitsFor: 'approver',
        expiresAt: clock.now() + 60_000,
      }),
      status: async (ref, io): Promise<Decision> => {
        if (io?.waitMs !== undefined) await new Promise(() => {})
        return decided.has(ref.requestId)
          ? { status: 'granted', ref }
          : { status: 'pending', ref, waitsFor: 'approver' }
      },
    })
    const net = network(({ url }) => challenge({ type: new URL(url).pathname }))
    const { task } = taskOn({
      fetch: net.fetch,
      authority: served.port,
      clock,
      budget: { open: 2 },
    })
    const asks = async (path: string) => {
      const controller = new AbortController()
      const call = await newCall(undefined, { signal: controller.signal })
      const before = served.count('request')
      const result = guardedFetch(task, call, `${API}/${path}`).catch(
        (error) => error.code ?? error,
      )
      await Promise.race([result, until(() => served.count('request') > before)])
      controller.abort('left')
      return result
    }
    expect([await asks('a'), await asks('b'), await asks('c')]).toEqual([
      'left',
      'left',
      'BUDGET_SPENT',
    ])
    decided.add('request-1')
    expect([await asks('g'), await asks('h')]).toEqual(['left', 'BUDGET_SPENT'])
    await clock.advance(60_000)
    expect([await asks('d'), await asks('e'), await asks('f')]).toEqual([
      'left',
      'left',
      'BUDGET_SPENT',
    ])
  })

  it('budget:bounded — who waits for a place when the task ends asks nothing any more', async () => {
    const served = authority({
      request: (_, __, io) =>
        new Promise((_resolve, reject) => {
          io?.signal?.addEventListener('abort', () => reject(io.signal?.reason))
        }),
    })
    const net = network(({ url }) => challenge({ type: new URL(url).pathname }))
    const { task } = taskOn({ fetch: net.fetch, authority: served.port, budget: { open: 1 } })
    const results = ['a', 'b'].map(async (path) =>
      guardedFetch(task, await plain(), `${API}/${path}`).catch((error) => error.code),
    )
    await until(() => served.count('request') === 1)
    await turns()
    task.close()
    expect(await Promise.all(results)).toEqual(['TASK_CLOSED', 'TASK_CLOSED'])
    await turns()
    expect(served.count('request')).toBe(1)
  })
})

describe('ask:policy-first', () => {
  it('ask:policy-first — a call that may not ask is not sent ahead with what another learned', async () => {
    const served = authority()
    const net = network((sent) => (bearer(sent) === 'Bearer base-token' ? challenge() : ok()))
    const { task } = taskOn({
      fetch: net.fetch,
      authority: served.port,
      policy: {
        decide: ({ toolName }) =>
          toolName === 'reader' ? { allow: true } : { allow: false, reason: 'not yours' },
      },
    })
    const reader = await newCall({ key: 'k1', toolName: 'reader' }, {})
    expect((await guardedFetch(task, reader, `${API}/x`)).status).toBe(200)
    const other = await newCall({ key: 'k2', toolName: 'other' }, {})
    const error = await guardedFetch(task, other, `${API}/x`).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'POLICY_REFUSED' })
    expect(net.sent.slice(2).map(bearer)).toEqual(['Bearer base-token'])
    const before = net.sent.length
    expect((await guardedFetch(task, reader, `${API}/x`)).status).toBe(200)
    expect(net.sent.length - before, 'who may is still sent ahead').toBe(1)
  })
})
