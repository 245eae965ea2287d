import assert from 'node:assert/strict'
import type { ModelTurn } from '../adapter-driver.ts'
import type { Scene } from './case.ts'
import { asked, denyAll, mustFinish, mustPause, paid } from './checks.ts'
import { call } from './suite-tools.ts'
import { refusalIn, toldOf } from './told.ts'
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
]
