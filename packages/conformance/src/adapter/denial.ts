import assert from 'node:assert/strict'
import type { ModelTurn } from '../adapter-driver.ts'
import type { Scene } from './case.ts'
import {
  approve,
  approveAll,
  asked,
  deny,
  denyAll,
  mustFinish,
  mustPause,
  paid,
  requestIds,
} from './checks.ts'
import { call } from './suite-tools.ts'
import { refusalIn, tells, toldOf } from './told.ts'
import { EVERY_HONEST_WAY, PLAIN, STREAMED, SWALLOWED } from './variants.ts'

const TRIES = 50

/** A no is told once, plainly, and ends the matter. */
export const denial: readonly Scene[] = [
  {
    id: 'refuse:not-asked-again-in-task',
    title: 'a denial is told to the model as a structured, final answer',
    ways: EVERY_HONEST_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'it was not allowed' }],
      })
      mustPause(first.seen)
      await denyAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen, way.nested ? undefined : 'it was not allowed')
      const refusal = refusalIn(toldOf(second.seen, 'c1'))
      assert.equal(refusal.code, 'DENIED')
      assert.equal(refusal.retryable, false)
      assert.deepEqual(paid(stage), [])
    },
  },
  {
    id: 'refuse:not-asked-again-in-task',
    title: `a model that tries a denied call ${TRIES} times makes one request`,
    ways: [PLAIN, STREAMED, SWALLOWED],
    play: async (stage, way) => {
      const tries: ModelTurn[] = Array.from({ length: TRIES }, (_, at) => ({
        calls: [call(`c${at}`, 'pay', 'inv-1')],
      }))
      const first = await stage.start({ ...way, turns: [...tries, { text: 'giving up' }] })
      mustPause(first.seen)
      await denyAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen, 'giving up')
      assert.equal(
        second.seen.modelInputs.length,
        TRIES,
        'the model did not try as often as it should',
      )
      if (!way.swallow) assert.equal(refusalIn(toldOf(second.seen, `c${TRIES - 1}`)).code, 'DENIED')
      assert.equal((await asked(stage)).length, 1)
      assert.deepEqual(paid(stage), [])
    },
  },
  {
    id: 'revoke:sticks',
    title: 'a yes that was taken back before the run went on is a no, and nobody is asked again',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [
          { calls: [call('c1', 'pay', 'inv-1')] },
          { calls: [call('c2', 'pay', 'inv-1')] },
          { text: 'it was taken back' },
        ],
      })
      mustPause(first.seen)
      await approveAll(stage, first)
      for (const id of requestIds(first.seen)) await stage.world.human.revoke(id)
      const second = await stage.resume(first)
      mustFinish(second.seen, 'it was taken back')
      assert.equal(refusalIn(toldOf(second.seen, 'c1')).code, 'REVOKED')
      assert.equal(refusalIn(toldOf(second.seen, 'c2')).retryable, false)
      assert.equal((await asked(stage)).filter((each) => each.status !== 'revoked').length, 0)
      assert.deepEqual(paid(stage), [])
    },
  },
  {
    id: 'pause:siblings-once',
    title: 'of two calls one is allowed and one is not, and the model is told which',
    ways: EVERY_HONEST_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [
          { calls: [call('c1', 'pay', 'inv-1'), call('c2', 'pay', 'inv-2')] },
          { text: 'one of two' },
        ],
      })
      mustPause(first.seen)
      const questions = await asked(stage)
      for (const { id, about } of questions) {
        if (about === 'inv-1') await approve(stage, [id])
        else await deny(stage, id)
      }
      const second = await stage.resume(first)
      mustFinish(second.seen)
      assert.ok(tells(toldOf(second.seen, 'c1'), 'paid', 'inv-1'))
      assert.equal(refusalIn(toldOf(second.seen, 'c2')).code, 'DENIED')
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.equal((await asked(stage)).length, 2)
    },
  },
]
