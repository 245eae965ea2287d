import { AuthorityError, type Decision } from '@lumojit/protocol'
import { describe, expect, it, vi } from 'vitest'
import { createJit } from '../src/engine.ts'
import { API, authority, challenge, HandClock, network, options, unreachable } from './grounds.ts'

const granting = () =>
  network(({ headers }) =>
    headers.get('authorization') === 'Bearer base-token' ? challenge() : new Response('ok'),
  )

describe('the end of a task', () => {
  it.each([
    ['an authority that does not answer', () => Promise.reject(unreachable())],
    ['an error that is none of ours', () => Promise.reject(new TypeError('bug in a port'))],
  ])(
    'end:reports-what-it-could-not-revoke — %s: the report names it, nothing is thrown, and it can be tried again',
    async (_, fail) => {
      const clock = new HandClock()
      const complete = vi.fn(fail)
      const served = authority({ clock, completeTask: complete as never })
      const jit = createJit(options({ authority: served.port, fetch: granting().fetch, clock }))
      const task = await jit.openTask({})
      await task.fetch(`${API}/x`)
      const report = await task.complete()
      expect(report).toMatchObject({ taskId: 'task-1', revoked: 0 })
      expect(report.unrevoked).toHaveLength(1)
      expect(report.unrevoked[0]?.expiresAt).toBeGreaterThan(clock.now())
      complete.mockImplementation((async () => ({
        taskId: 'task-1',
        revoked: 1,
        unrevoked: [],
      })) as never)
      expect(await task.complete()).toEqual({ taskId: 'task-1', revoked: 1, unrevoked: [] })
      await task.complete()
      expect(complete).toHaveBeenCalledTimes(2)
    },
  )

  it('end:idempotent — an end that reached nobody, with nothing to revoke, is told again', async () => {
    const complete = vi.fn(() => Promise.reject(unreachable()))
    const served = authority({ completeTask: complete as never })
    const jit = createJit(options({ authority: served.port }))
    const task = await jit.openTask({})
    expect((await task.complete()).unrevoked).toEqual([])
    await task.complete()
    expect(complete).toHaveBeenCalledTimes(2)
  })

  it('end:revokes-all — an end that fails does not hide what the work threw', async () => {
    const served = authority({ completeTask: () => Promise.reject(new TypeError('bug')) })
    const jit = createJit(options({ authority: served.port }))
    const own = new Error('of the work')
    const run = jit.runTask({}, async (task) => {
      await task.open()
      throw own
    })
    await expect(run).rejects.toBe(own)
  })

  it('end:idempotent — many at once are one', async () => {
    const served = authority()
    const jit = createJit(options({ authority: served.port }))
    const task = await jit.openTask({})
    const reports = await Promise.all([
      task.complete(),
      task.complete(),
      task[Symbol.asyncDispose](),
    ])
    expect(reports[0]).toBe(reports[1])
    expect(served.count('completeTask')).toBe(1)
  })

  it('end:revokes-all — one that was never needed ends without a word to the authority', async () => {
    const served = authority()
    const jit = createJit(options({ authority: served.port }))
    const task = jit.task({ key: 'run-1', options: () => ({}) })
    expect(await task.complete()).toEqual({ taskId: '', revoked: 0, unrevoked: [] })
    expect(served.calls).toEqual([])
    await expect(task.fetch(API)).rejects.toMatchObject({ code: 'TASK_CLOSED' })
  })

  it('end:late-grant-revoked — a token that comes after the end is given back and never sent', async () => {
    let redeemed: () => void = () => {}
    const served = authority({
      redeem: async (ref, request) => {
        await new Promise<void>((resolve) => (redeemed = resolve))
        return served.grant(ref, request)
      },
    })
    const net = granting()
    const jit = createJit(options({ authority: served.port, fetch: net.fetch }))
    const task = await jit.openTask({})
    const fetched = task.fetch(`${API}/x`).catch((error) => error.code)
    await vi.waitUntil(() => served.count('redeem') === 1)
    const ended = task.complete()
    redeemed()
    expect(await fetched).toBe('TASK_CLOSED')
    await ended
    await vi.waitUntil(() => served.count('revoke') === 1)
    expect(net.sent).toHaveLength(1)
  })
})

describe('the engine’s hold on its tasks', () => {
  it('a task that could not be opened is not kept', async () => {
    const served = authority({ openTask: () => Promise.reject(unreachable()) })
    const jit = createJit(options({ authority: served.port }))
    await expect(jit.openTask({})).rejects.toMatchObject({ code: 'AUTHORITY_UNREACHABLE' })
    const trouble = vi.spyOn(Promise, 'all')
    await jit[Symbol.asyncDispose]()
    expect(trouble.mock.calls[0]?.[0]).toHaveLength(0)
    trouble.mockRestore()
  })

  it('pause:task-stays-open — a suspended task outlives the engine, which completes all others', async () => {
    const ended: string[] = []
    let made = 0
    const served = authority({
      openTask: async () => ({ id: `task-${++made}` }),
      completeTask: async ({ id }) => {
        ended.push(id)
        return { taskId: id, revoked: 0, unrevoked: [] }
      },
    })
    const jit = createJit(options({ authority: served.port }))
    const suspended = await jit.openTask({})
    await jit.openTask({})
    const handle = await suspended.suspend()
    await jit[Symbol.asyncDispose]()
    expect(ended).toEqual(['task-2'])
    expect(suspended.signal.aborted, 'let go of here').toBe(true)
    const again = await createJit(options({ authority: served.port })).resumeTask(handle, {})
    expect(again.id).toBe('task-1')
    expect(again.signal.aborted).toBe(false)
    await again.complete()
    expect(ended).toEqual(['task-2', 'task-1'])
  })

  it('pause:task-stays-open — runTask that ends in SUSPENDED leaves a task that outlives the engine', async () => {
    const served = authority({
      request: async (): Promise<Decision> => ({
        status: 'pending',
        ref: served.ref(),
        waitsFor: 'approver',
      }),
    })
    const jit = createJit(options({ authority: served.port, fetch: granting().fetch }))
    const run = jit.runTask({ onBehalfOf: 'alice' }, (task) =>
      task.fetch(`${API}/x`, { pending: 'suspend' }),
    )
    const error = await run.catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'SUSPENDED' })
    await jit[Symbol.asyncDispose]()
    expect(served.count('completeTask')).toBe(0)
    const other = createJit(options({ authority: served.port }))
    const again = await other.resumeTask(error.approval.handle, { onBehalfOf: 'alice' })
    expect(again.id).toBe('task-1')
  })

  it('end:revokes-all — the engine’s end completes every task and closes the authority last', async () => {
    const order: string[] = []
    const served = authority({
      completeTask: async ({ id }) => {
        order.push('complete')
        return { taskId: id, revoked: 0, unrevoked: [] }
      },
      close: async () => {
        order.push('close')
      },
    })
    const jit = createJit(options({ authority: served.port }))
    await Promise.all([jit.openTask({}), jit.openTask({})])
    await jit[Symbol.asyncDispose]()
    expect(order).toEqual(['complete', 'complete', 'close'])
  })
})

describe('handle:other-users-valid-handle-grants-nothing', () => {
  const token = (sub?: string) =>
    sub === undefined ? 'opaque' : `x.${btoa(JSON.stringify({ sub })).replaceAll('=', '')}.y`
  const as = (sub?: string, onBehalfOf?: string) => ({
    subjectToken: async () => token(sub),
    ...(onBehalfOf ? { onBehalfOf } : {}),
  })

  it.each([
    ['another label', { onBehalfOf: 'alice' }, { onBehalfOf: 'bob' }],
    ['a label that is missing', { onBehalfOf: 'alice' }, {}],
    ['a label that was not there', {}, { onBehalfOf: 'bob' }],
    ['another subject', as('alice'), as('bob')],
    ['a subject that is missing', as('alice'), {}],
    ['a label made of the subject', as('alice'), { onBehalfOf: 'alice' }],
    ['tokens that do not say whose they are', as(), as()],
    ['the same token with another label', as(undefined, 'alice'), as(undefined, 'bob')],
  ])(
    'handle:other-users-valid-handle-grants-nothing — %s: HANDLE_INVALID',
    async (_, one, other) => {
      const jit = createJit(options())
      const handle = await (await jit.openTask(one)).suspend()
      await expect(jit.resumeTask(handle, other)).rejects.toMatchObject({ code: 'HANDLE_INVALID' })
    },
  )

  it.each([
    ['the same label', { onBehalfOf: 'alice' }, { onBehalfOf: 'alice' }],
    ['nobody', {}, {}],
    ['the same subject', as('alice'), as('alice')],
    ['an opaque token under the same label', as(undefined, 'alice'), as(undefined, 'alice')],
  ])('%s resumes', async (_, one, same) => {
    const jit = createJit(options())
    const handle = await (await jit.openTask(one)).suspend()
    expect((await jit.resumeTask(handle, same)).id).toBe('task-1')
  })

  it('a task id is no handle, and an authority’s refusal is not one either', async () => {
    const jit = createJit(options())
    for (const handle of ['task-1', '', new AuthorityError('rejected', 'x') as never]) {
      await expect(jit.resumeTask(handle, {})).rejects.toMatchObject({ code: 'HANDLE_INVALID' })
    }
  })
})
