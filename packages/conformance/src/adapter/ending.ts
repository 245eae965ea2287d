import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import {
  approveAll,
  arrived,
  denyAll,
  grantsMustBeDead,
  mustFinish,
  mustPause,
  taskStates,
  tokensMustBeDead,
} from './checks.ts'
import { call } from './suite-tools.ts'
import { EVERY_WAY, PLAIN, STREAMED } from './variants.ts'

/** However a run ends, what it was given is dead: at the API and at the authority. */
export const ending: readonly Scene[] = [
  {
    id: 'end:revokes-all',
    title: 'after the last word',
    ways: EVERY_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [
          { calls: [call('c1', 'note', 'plan'), call('c2', 'pay', 'inv-1')] },
          { text: 'done' },
        ],
      })
      mustPause(first.seen)
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen)
      await grantsMustBeDead(stage)
      for (const { jit } of [first, second]) await jit?.[Symbol.asyncDispose]()
      await tokensMustBeDead(stage)
    },
  },
  {
    id: 'end:revokes-all',
    title: 'after a denial',
    play: async (stage) => {
      const first = await stage.start({
        turns: [
          { calls: [call('c1', 'note', 'plan'), call('c2', 'pay', 'inv-1')] },
          { text: 'not allowed' },
        ],
      })
      mustPause(first.seen)
      await denyAll(stage, first)
      mustFinish((await stage.resume(first)).seen, 'not allowed')
      await grantsMustBeDead(stage)
    },
  },
  {
    id: 'end:revokes-all',
    title: 'after a run that failed',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const { seen } = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'note', 'plan')] }, { fails: 'the model is not available' }],
      })
      assert.equal(seen.status, 'failed')
      await grantsMustBeDead(stage)
      assert.deepEqual(await taskStates(stage), ['completed'])
    },
  },
  {
    id: 'end:revokes-all',
    title: 'after a resumed run that failed',
    play: async (stage) => {
      const first = await stage.start({
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { fails: 'the model is not available' }],
      })
      mustPause(first.seen)
      await approveAll(stage, first)
      assert.equal((await stage.resume(first)).seen.status, 'failed')
      await grantsMustBeDead(stage)
      assert.deepEqual(await taskStates(stage), ['completed'])
    },
  },
  {
    id: 'end:revokes-all',
    title: 'after an abort',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const abort = new AbortController()
      const going = stage.start({
        ...way,
        pending: 'block',
        signal: abort.signal,
        turns: [
          { calls: [call('c1', 'note', 'plan')] },
          { calls: [call('c2', 'pay', 'inv-1')] },
          { text: 'never said' },
        ],
      })
      await arrived(stage, 1, going)
      abort.abort(new Error('the user went away'))
      await going
      assert.equal(stage.world.faults.busy, 0, 'the authority is still being asked')
      await grantsMustBeDead(stage)
      assert.deepEqual(await taskStates(stage), ['completed'])
    },
  },
]
