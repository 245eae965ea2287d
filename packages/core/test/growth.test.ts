import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Decision } from '@lumojit/protocol'
import { describe, expect, it } from 'vitest'
import { createJit } from '../src/engine.ts'
import { API, authority, challenge, network, options, turns } from './grounds.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** How many of these are still held after everything that can be let go has been. */
async function held(refs: readonly WeakRef<object>[]): Promise<number> {
  for (let round = 0; round < 5; round++) {
    await turns()
    collect()
  }
  return refs.filter((ref) => ref.deref() !== undefined).length
}

const granting = () =>
  network(({ headers }) =>
    headers.get('authorization') === 'Bearer base-token' ? challenge() : new Response('ok'),
  )

describe('what an engine that lives long holds', () => {
  it('of tasks that were completed, suspended, failed to open or ran, nothing', async () => {
    let opened = 0
    const served = authority({
      openTask: async () => {
        opened += 1
        if (opened % 5 === 0) throw new TypeError('down')
        return { id: `task-${opened}` }
      },
    })
    const jit = createJit(options({ authority: served.port, fetch: granting().fetch }))
    const refs: WeakRef<object>[] = []
    const one = async (at: number) => {
      if (at % 4 === 0) {
        const task = await jit.openTask({})
        refs.push(new WeakRef(task.signal))
        await task.fetch(`${API}/x`)
        await task.complete()
      } else if (at % 4 === 1) {
        const task = jit.task({ key: `run-${at}`, options: () => ({}) })
        refs.push(new WeakRef(task.signal))
        await task.suspend()
        await task[Symbol.asyncDispose]()
      } else if (at % 4 === 2) {
        await jit.runTask({}, async (task) => {
          refs.push(new WeakRef(task.signal))
          await task.fetch(`${API}/x`, { signal: new AbortController().signal })
        })
      } else {
        const task = jit.task({ key: `run-${at}`, options: () => ({}) })
        refs.push(new WeakRef(task.signal))
        await task.complete()
      }
    }
    for (let at = 0; at < 200; at++) await one(at).catch(() => {})
    expect(refs.length).toBeGreaterThan(150)
    // Some may still be in a register or a frame; hundreds may not. A run that never opened is kept for its key.
    const kept = await held(refs)
    expect(kept).toBeLessThan(refs.length / 10 + 10)
  })

  it('of many calls of one long task, no listener on its signal', async () => {
    const served = authority({
      request: async (_, { reuse }): Promise<Decision> =>
        reuse === 'once'
          ? {
              status: 'pending',
              ref: served.ref(),
              waitsFor: 'approver',
              expiresAt: Date.now() + 60_000,
            }
          : { status: 'granted', ref: served.ref() },
      status: async (ref): Promise<Decision> => ({ status: 'granted', ref }),
    })
    const net = granting()
    const jit = createJit(
      options({ authority: served.port, fetch: net.fetch, budget: { requests: 1_000 } }),
    )
    const task = await jit.openTask({})
    const listening = () => getEventListeners(task.signal, 'abort').length
    const before = listening()
    for (let at = 0; at < 100; at++) {
      const controller = new AbortController()
      const call = {
        task,
        key: `call-${at}`,
        callId: `${at}`,
        toolName: 'pay',
        pending: 'block' as const,
        durable: false,
        signal: controller.signal,
      }
      const outcome = await jit.callTool(call, async ({ fetch, signal }) => {
        await fetch(`${API}/read-${at}`, { signal })
        await fetch(`${API}/pay`, { method: 'POST', body: `${at}` })
      })
      expect(outcome.kind).toBe('done')
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    }
    expect(listening()).toBe(before)
    await task.complete()
  })
})
