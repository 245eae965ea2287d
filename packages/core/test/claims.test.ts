import { describe, expect, it } from 'vitest'
import { type Call, newCall } from '../src/call.ts'
import { claim, releaseClaims, renewClaims } from '../src/claims.ts'
import { memoryStore } from '../src/store.ts'
import type { TaskState } from '../src/task-state.ts'
import { HandClock, taskOn, turns, until } from './grounds.ts'

const named = (key = 'call-1', signal?: AbortSignal) =>
  newCall({ key, toolName: 'pay' }, { signal })

/** Two processes over one store. */
async function two(key = 'call-1') {
  const clock = new HandClock()
  const store = memoryStore(clock)
  const tasks = [taskOn({ clock, store }).task, taskOn({ clock, store }).task] as const
  for (const task of tasks) await task.record()
  return { clock, store, tasks, calls: [await named(key), await named(key)] as const }
}
const outcome = (work: Promise<void>) =>
  work.then(
    () => 'won',
    (error) => error.code ?? error,
  )

describe('claim:one-winner', () => {
  it('claim:one-winner — of two executions of one call one goes on; the other waits 30 s and is CLAIMED_ELSEWHERE', async () => {
    const { clock, tasks, calls } = await two()
    const results = tasks.map((task, at) => outcome(claim(task, calls[at] as Call, 'unit')))
    await until(() => clock.sleeping === 1)
    for (let waited = 0; waited < 30_000; waited += 1_000) {
      expect(clock.sleeping).toBe(1)
      await clock.advance(1_000)
    }
    await clock.advance(1_000)
    expect((await Promise.all(results)).sort()).toEqual(['CLAIMED_ELSEWHERE', 'won'])
  })

  it('another call, another unit, another user do not meet', async () => {
    const { clock, store, tasks, calls } = await two()
    await claim(tasks[0], calls[0], 'unit')
    await claim(tasks[1], await named('call-2'), 'unit')
    await claim(tasks[1], calls[1], 'unit-2')
    const bob = taskOn({ clock, store }, 'bob').task
    await bob.record()
    await claim(bob, await named(), 'unit')
  })

  it('a call that nobody named cannot be executed twice, and claims nothing', async () => {
    const { tasks } = await two()
    const call = await newCall(undefined, {})
    await claim(tasks[0], call, 'unit')
    expect(call.claims.size).toBe(0)
  })

  it('one execution does not wait for itself: two equal sends of it go on at once', async () => {
    const { clock, tasks, calls } = await two()
    const results = [1, 2].map(() => outcome(claim(tasks[0], calls[0], 'unit')))
    expect(await Promise.all(results)).toEqual(['won', 'won'])
    expect(clock.sleeping).toBe(0)
    expect(calls[0].claims.size).toBe(1)
  })

  it('what a paused or failed execution gives back is free; what was done stays done', async () => {
    const { tasks, calls } = await two()
    await claim(tasks[0], calls[0], 'unit')
    await releaseClaims(tasks[0], calls[0], false)
    await claim(tasks[1], calls[1], 'unit')
    await releaseClaims(tasks[1], calls[1], true)
    expect(await outcome(claim(tasks[0], calls[0], 'unit'))).toBe('CLAIMED_ELSEWHERE')
  })

  it('of an owner that died it is taken over after its time, and the dead one cannot go on', async () => {
    const { clock, tasks, calls } = await two()
    await claim(tasks[0], calls[0], 'unit')
    await clock.advance(119_000)
    await renewClaims(tasks[0], calls[0])
    await clock.advance(119_000)
    await renewClaims(tasks[0], calls[0])
    await clock.advance(121_000)
    await claim(tasks[1], calls[1], 'unit')
    expect(await outcome(renewClaims(tasks[0], calls[0]))).toBe('CLAIMED_ELSEWHERE')
    await releaseClaims(tasks[0], calls[0], false)
    await renewClaims(tasks[1], calls[1])
  })

  it('send:signal — waiting ends with the call, and with the task', async () => {
    const { clock, tasks, calls } = await two()
    await claim(tasks[0], calls[0], 'unit')
    const controller = new AbortController()
    const waiting: [TaskState, Call][] = [
      [tasks[1], await named('call-1', controller.signal)],
      [tasks[1], await named('call-1', new AbortController().signal)],
    ]
    const results = waiting.map(([task, call]) => outcome(claim(task, call, 'unit')))
    await until(() => clock.sleeping === 2)
    controller.abort('mine')
    expect(await results[0]).toBe('mine')
    tasks[1].close()
    expect(await results[1]).toBe('TASK_CLOSED')
  })

  it('a store that fails while claims are given back takes nothing away from what was done', async () => {
    const clock = new HandClock()
    const inner = memoryStore(clock)
    const { task } = taskOn({
      clock,
      store: { ...inner, take: () => Promise.reject(new Error('store is down')) },
    })
    await task.record()
    const call = await named()
    await claim(task, call, 'unit')
    await expect(releaseClaims(task, call, true)).resolves.toBeUndefined()
    await turns()
  })
})
