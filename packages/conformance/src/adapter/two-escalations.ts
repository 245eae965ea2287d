import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import { approveAll, asked, mustFinish, mustPause, paid } from './checks.ts'
import { call } from './suite-tools.ts'
import { tells, toldOf } from './told.ts'
import { NESTED, PLAIN, STREAMED } from './variants.ts'

/** One tool that needs a human twice. */
export const twoEscalations: readonly Scene[] = [
  {
    id: 'pause:two-escalations-in-one-tool',
    title: 'one after the other: each is asked for once',
    ways: [PLAIN, STREAMED, NESTED],
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay_two', 'inv')] }, { text: 'paid both' }],
      })
      mustPause(first.seen)
      assert.deepEqual(
        (await asked(stage)).map((each) => each.about),
        ['inv-first'],
      )
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustPause(second.seen)
      assert.deepEqual(
        (await asked(stage)).map((each) => each.about),
        ['inv-first', 'inv-second'],
      )
      await approveAll(stage, second)
      const third = await stage.resume(second)
      mustFinish(third.seen)
      assert.ok(tells(toldOf(third.seen, 'c1'), 'paid', 'inv-second'))
      assert.equal(
        (await asked(stage)).length,
        2,
        'a human was asked again for what was already allowed',
      )
      // The tool ran from its top twice; an API that honours keys did each payment once.
      const keys = new Map<string, Set<string | undefined>>()
      for (const { body, idempotencyKey } of stage.world.api.effects()) {
        keys.set(body, (keys.get(body) ?? new Set()).add(idempotencyKey))
      }
      assert.equal(keys.size, 2)
      for (const [body, used] of keys) {
        assert.equal(used.size, 1, `${body} went out under ${used.size} keys`)
        assert.ok(![...used].includes(undefined), `${body} went out without a key`)
      }
    },
  },
  {
    id: 'pause:two-escalations-in-one-tool',
    title: 'side by side: one pause names both',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay_all_at_once', 'inv')] }, { text: 'paid both' }],
      })
      const [approval] = mustPause(first.seen)
      assert.equal(approval.requests.length, 2)
      assert.equal((await asked(stage)).length, 2)
      await approveAll(stage, first)
      mustFinish((await stage.resume(first)).seen)
      assert.equal((await asked(stage)).length, 2)
      assert.deepEqual([...paid(stage)].sort(), ['inv-first', 'inv-second'])
    },
  },
]
