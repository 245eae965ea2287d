import { expect, it } from 'vitest'
import { createJit } from '../src/index.ts'
import { authority, HandClock, options } from './grounds.ts'

const clock = new HandClock()

it('pause:task-stays-open — closing the engine lets go of a suspended task and completes only the others', async () => {
  const completed: string[] = []
  let opened = 0
  const served = authority({
    clock,
    openTask: async () => ({ id: `task_${++opened}` }),
    completeTask: async ({ id }) => {
      completed.push(id)
      return { taskId: id, revoked: 0, unrevoked: [] }
    },
  })
  const own = { authority: served.port, clock, stateKey: 'k'.repeat(32) }
  const jit = createJit(options(own))
  const kept = await jit.openTask({})
  const other = await jit.openTask({})
  const handle = await kept.suspend()
  await jit[Symbol.asyncDispose]()
  expect(completed).toEqual([other.id])
  expect(kept.signal.aborted).toBe(true)

  const again = await createJit(options(own)).resumeTask(handle, {})
  expect(again.id).toBe(kept.id)
  await again.complete()
  expect(completed).toEqual([other.id, kept.id])
})

it('pause:task-stays-open — a run that was let go of is found again by its handle, as another Task', async () => {
  const served = authority({ clock })
  const jit = createJit(options({ authority: served.port, clock, stateKey: 'k'.repeat(32) }))
  const first = jit.task({ key: 'run', options: () => ({}) })
  const handle = await first.suspend()
  expect(jit.task({ key: 'run', options: () => ({}) })).toBe(first)
  await first[Symbol.asyncDispose]()
  const second = jit.task({ key: 'run', options: () => ({}), handle })
  expect(second).not.toBe(first)
  expect(await second.open()).toBe(first.id)
})
