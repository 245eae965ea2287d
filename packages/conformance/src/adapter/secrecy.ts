import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import { approveAll, mustFinish, mustPause } from './checks.ts'
import { call } from './suite-tools.ts'
import { tells, toldOf } from './told.ts'
import { EVERY_WAY, PLAIN, STREAMED, SWALLOWED } from './variants.ts'

/**
 * Every scene of the suite ends with a search for every token ever issued, in everything that was
 * shown, saved or sent. These walk the ways on which tokens usually get out.
 */
export const secrecy: readonly Scene[] = [
  {
    id: 'token:never-in',
    title: 'an API that repeats the bearer, in an answer and in what a tool throws',
    ways: EVERY_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [
          { calls: [call('c1', 'echo', 'it')] },
          { calls: [call('c2', 'echo_in_error', 'it'), call('c3', 'pay', 'inv-1')] },
          { text: 'done' },
        ],
      })
      mustPause(first.seen)
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen)
      const echoed = stage.world.api.seen().filter((each) => each.path === '/v1/echo')
      assert.ok(
        echoed.some((each) => each.status === 200),
        'the API never repeated a token: this scene proves nothing',
      )
      assert.ok(tells(toldOf(second.seen, 'c1'), 'bearer', '[secret]'))
      const told = JSON.stringify(toldOf(second.seen, 'c2'))
      assert.ok(!told.includes('eyJ'), 'something like a token in what was told')
    },
  },
  {
    id: 'token:never-in',
    title: 'a run that fails, and what can be read of its error',
    // A sub-agent that fails is no failure of the run everywhere: an outer model may be told instead.
    ways: [PLAIN, STREAMED, SWALLOWED],
    play: async (stage, way) => {
      const { seen } = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'echo', 'it')] }, { fails: 'the model is not available' }],
      })
      assert.equal(seen.status, 'failed')
    },
  },
]
