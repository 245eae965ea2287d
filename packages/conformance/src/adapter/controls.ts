import assert from 'node:assert/strict'
import { leaks, readable } from './canaries.ts'
import type { Scene } from './case.ts'
import {
  asked,
  askedOnce,
  grantsMustBeDead,
  mustFinish,
  mustPause,
  noted,
  onlyOnce,
} from './checks.ts'
import { call, ENCODINGS } from './suite-tools.ts'

/** What the suite must see when it happens. A search that finds nothing proves something only then. */
export const controls: readonly Scene[] = [
  ...ENCODINGS.map(
    (form): Scene => ({
      id: 'token:never-in',
      title: `control: a token planted as ${form} is found`,
      play: async (stage) => {
        stage.leaksOnPurpose()
        const { seen } = await stage.start({
          turns: [{ calls: [call('c1', 'echo_encoded', form)] }, { text: 'leaked' }],
        })
        mustFinish(seen, 'leaked')
        const tokens = stage.world.tokens()
        assert.equal(
          leaks(tokens, readable(seen.modelInputs)).length,
          1,
          'not in the model’s input',
        )
        assert.equal(leaks(tokens, readable(seen.results)).length, 1, 'not in what was told')
        assert.ok(leaks(tokens, await stage.everything()).length >= 1, 'not in what was shown')
      },
    }),
  ),
  {
    id: 'pause:siblings-once',
    title: 'control: a second effect is seen',
    play: async (stage) => {
      const { seen } = await stage.start({
        turns: [
          { calls: [call('c1', 'note', 'plan'), call('c2', 'note', 'plan')] },
          { text: 'noted' },
        ],
      })
      mustFinish(seen, 'noted')
      assert.throws(() => onlyOnce(noted(stage)), assert.AssertionError)
    },
  },
  {
    id: 'pause:second-run-asks-nobody',
    title: 'control: a second question is seen',
    play: async (stage) => {
      const { seen } = await stage.start({
        turns: [{ calls: [call('c1', 'pay', 'inv-1'), call('c2', 'pay', 'inv-1')] }],
      })
      mustPause(seen)
      const questions = await asked(stage)
      assert.throws(() => askedOnce(questions), assert.AssertionError)
    },
  },
  {
    id: 'end:revokes-all',
    title: 'control: a token that is still alive is seen',
    play: async (stage) => {
      const { seen } = await stage.start({
        turns: [{ calls: [call('c1', 'note', 'plan'), call('c2', 'pay', 'inv-1')] }],
      })
      mustPause(seen)
      await assert.rejects(grantsMustBeDead(stage, 0), assert.AssertionError)
    },
  },
]
