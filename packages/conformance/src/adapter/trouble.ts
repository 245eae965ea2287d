import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import { approveAll, arrived, asked, mustFinish, mustPause, paid } from './checks.ts'
import { call } from './suite-tools.ts'
import { refusalIn, tells, toldOf } from './told.ts'
import { PLAIN, STREAMED } from './variants.ts'

const A_MINUTE_MS = 60_000
/** Default of the engine. */
const OPEN_AT_ONCE = 5

/** Nobody answers, nobody can be reached, or too much is asked. */
export const trouble: readonly Scene[] = [
  {
    id: 'pause:block-mode',
    title: 'a question that nobody answers in its time is told to the model',
    world: { http: false, authority: { limits: { pendingMs: A_MINUTE_MS } } },
    play: async (stage) => {
      const going = stage.start({
        pending: 'block',
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'nobody answered' }],
      })
      await arrived(stage, 1, going)
      const { seen } = await stage.world.clock.until(going)
      mustFinish(seen, 'nobody answered')
      assert.equal(refusalIn(toldOf(seen, 'c1')).code, 'EXPIRED')
      assert.deepEqual(paid(stage), [])
    },
  },
  {
    id: 'pause:native',
    title: 'an authority that cannot be reached is told to the model, and does not end the run',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      stage.world.faults.unreachable()
      const { seen } = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'try again later' }],
      })
      mustFinish(seen, 'try again later')
      const refusal = refusalIn(toldOf(seen, 'c1'))
      assert.equal(refusal.code, 'AUTHORITY_UNREACHABLE')
      assert.equal(refusal.retryable, true)
      assert.deepEqual(paid(stage), [])
      stage.issuedNothing()
    },
  },
  {
    id: 'budget:bounded',
    title: 'a model that asks for everything at once does not flood a person',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const ids = Array.from({ length: 12 }, (_, at) => `c${at}`)
      const first = await stage.start({
        ...way,
        turns: [{ calls: ids.map((id) => call(id, 'pay', `inv-${id}`)) }, { text: 'some of it' }],
      })
      mustPause(first.seen)
      const open = (await asked(stage)).length
      assert.ok(open >= 1 && open <= OPEN_AT_ONCE, `${open} questions at once`)
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen)
      const refused = ids.filter((id) => !tells(toldOf(second.seen, id), 'paid', `inv-${id}`))
      for (const id of refused) {
        assert.equal(refusalIn(toldOf(second.seen, id)).code, 'BUDGET_SPENT')
      }
      assert.equal(paid(stage).length, ids.length - refused.length)
      assert.equal(new Set(paid(stage)).size, paid(stage).length)
    },
  },
]
