import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import { approveAll, asked, mustFinish, mustPause, noted, paid } from './checks.ts'
import { call } from './suite-tools.ts'
import { tells, toldOf } from './told.ts'
import { EVERY_WAY, NESTED, PLAIN, STREAMED } from './variants.ts'

/** The way everybody goes: asked, decided, done. */
export const journey: readonly Scene[] = [
  {
    id: 'pause:native',
    title: 'what is granted at once does not pause',
    ways: EVERY_WAY,
    play: async (stage, way) => {
      const { seen } = await stage.start({
        ...way,
        turns: [
          { calls: [call('c1', 'read', 'plan')] },
          { calls: [call('c2', 'note', 'plan')] },
          { text: 'read and noted' },
        ],
      })
      mustFinish(seen, way.nested ? undefined : 'read and noted')
      assert.ok(tells(toldOf(seen, 'c1'), 'text', 'text of plan'))
      assert.ok(tells(toldOf(seen, 'c2'), 'done', true))
      assert.deepEqual(noted(stage), ['plan'])
      assert.ok((await asked(stage)).every((each) => !each.forHumans))
    },
  },
  {
    id: 'pause:native',
    title: 'what needs a human pauses, is approved, and goes on',
    ways: EVERY_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'paid' }],
      })
      const [approval, ...more] = mustPause(first.seen)
      assert.deepEqual(more, [])
      assert.equal(approval.type, 'lumojit.permission')
      assert.equal(approval.toolName, 'pay')
      const [request] = await asked(stage)
      assert.deepEqual(
        approval.requests.map((each) => each.requestId),
        [request?.id],
      )
      assert.deepEqual(paid(stage), [])

      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen, way.nested ? undefined : 'paid')
      assert.ok(tells(toldOf(second.seen, 'c1'), 'paid', 'inv-1'))
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.equal((await asked(stage)).length, 1)
      assert.deepEqual(second.seen.pending, [])
    },
  },
  {
    id: 'pause:native',
    title: 'what a tool declares is asked for before it runs, and no refusal is spent on it',
    ways: [PLAIN, STREAMED, NESTED],
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay_declared', 'inv-1')] }, { text: 'paid' }],
      })
      mustPause(first.seen)
      assert.equal((await asked(stage)).length, 1)
      assert.deepEqual(stage.world.api.seen(), [], 'the tool ran before it was allowed to')

      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen)
      assert.ok(tells(toldOf(second.seen, 'c1'), 'paid', 'inv-1'))
      assert.deepEqual(
        stage.world.api.seen().map((each) => each.status),
        [201],
      )
      assert.equal((await asked(stage)).length, 1)
    },
  },
]
