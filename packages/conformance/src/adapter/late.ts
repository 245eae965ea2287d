import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import { approveAll, asked, mustFinish, mustPause, paid, taskStates } from './checks.ts'
import { call } from './suite-tools.ts'
import { PLAIN, STREAMED } from './variants.ts'

const HALF_AN_HOUR_MS = 30 * 60_000

/** Woken long after the pause. */
export const late: readonly Scene[] = [
  {
    id: 'pause:late-redeem',
    title: 'woken half an hour after the decision, it still goes on',
    world: { http: false },
    play: async (stage) => {
      const first = await stage.start({
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'paid' }],
      })
      mustPause(first.seen)
      await approveAll(stage, first)
      await stage.world.clock.advance(HALF_AN_HOUR_MS)
      mustFinish((await stage.resume(first)).seen, 'paid')
      assert.equal((await asked(stage)).length, 1)
      assert.deepEqual(paid(stage), ['inv-1'])
    },
  },
  {
    id: 'pause:late-redeem',
    title: 'where the authority has ended the task meanwhile, a new one asks once more',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [
          { calls: [call('c1', 'pay', 'inv-1'), call('c2', 'pay', 'inv-2')] },
          { text: 'paid' },
        ],
      })
      mustPause(first.seen)
      const [request] = await asked(stage)
      assert.ok(request)
      await stage.world.endTask(request.taskId)
      const second = await stage.resume(first)
      mustPause(second.seen)
      assert.equal((await asked(stage)).length, 4)
      await approveAll(stage, second)
      mustFinish((await stage.resume(second)).seen, 'paid')
      assert.deepEqual([...paid(stage)].sort(), ['inv-1', 'inv-2'])
      assert.equal((await asked(stage)).length, 4)
      assert.deepEqual(await taskStates(stage), ['completed', 'completed'])
    },
  },
]
