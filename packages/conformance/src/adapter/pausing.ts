import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import {
  approveAll,
  asked,
  mustFinish,
  mustPause,
  noted,
  paid,
  requestIds,
  taskStates,
} from './checks.ts'
import { call } from './suite-tools.ts'
import { tells, toldOf } from './told.ts'
import { EVERY_WAY, NESTED, PLAIN, STREAMED } from './variants.ts'

/** What a pause keeps, and what it must not do twice. */
export const pausing: readonly Scene[] = [
  {
    id: 'pause:second-run-asks-nobody',
    title: 'going on before the decision, and after it, opens no new request',
    ways: [PLAIN, STREAMED, NESTED],
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'paid' }],
      })
      mustPause(first.seen)
      const second = await stage.resume(first)
      mustPause(second.seen)
      assert.deepEqual(requestIds(second.seen), requestIds(first.seen))
      const third = await stage.resume(second)
      mustPause(third.seen)
      assert.deepEqual(requestIds(third.seen), requestIds(first.seen))
      await approveAll(stage, third)
      mustFinish((await stage.resume(third)).seen)
      assert.equal((await asked(stage)).length, 1)
      assert.deepEqual(paid(stage), ['inv-1'])
    },
  },
  {
    id: 'pause:task-stays-open',
    title: 'the task is open while anything is paused and ended when nothing is',
    ways: EVERY_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [
          { calls: [call('c1', 'pay', 'inv-1')] },
          { calls: [call('c2', 'pay', 'inv-2')] },
          { text: 'paid' },
        ],
      })
      mustPause(first.seen)
      assert.deepEqual(await taskStates(stage), ['active'])
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustPause(second.seen)
      assert.deepEqual(await taskStates(stage), ['active'])
      await approveAll(stage, second)
      mustFinish((await stage.resume(second)).seen)
      assert.deepEqual(await taskStates(stage), ['completed'])
    },
  },
  {
    id: 'pause:latch',
    title: 'a tool that swallows the pause and tries another way stays paused',
    ways: EVERY_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay_carelessly', 'inv-1')] }, { text: 'paid' }],
      })
      mustPause(first.seen)
      assert.deepEqual(noted(stage), [], 'the tool went on after its pause')
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen)
      assert.ok(tells(toldOf(second.seen, 'c1'), 'paid', 'inv-1'))
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.deepEqual(noted(stage), [])
    },
  },
  {
    id: 'pause:abandoned-is-cancelled',
    title: 'when the user says something else, nobody is asked any more',
    play: async (stage) => {
      const first = await stage.start({
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'never said' }],
      })
      mustPause(first.seen)
      const second = await stage.resume(first, {
        tamper: { kind: 'new-user-input', text: 'Never mind. What time is it?' },
        turns: [{ text: 'late' }],
      })
      mustFinish(second.seen, 'late')
      assert.deepEqual(
        (await asked(stage)).map((each) => each.status),
        ['revoked'],
        'the question was left to end with the task instead of being taken back',
      )
      assert.deepEqual(paid(stage), [])
      assert.deepEqual(await taskStates(stage), ['completed'])
    },
  },
]
