import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import {
  approveAll,
  approveOnArrival,
  arrived,
  asked,
  deny,
  mustFinish,
  mustPause,
  paid,
  taskStates,
} from './checks.ts'
import { call } from './suite-tools.ts'
import { refusalIn, tells, toldOf } from './told.ts'
import { NESTED, PLAIN, STREAMED } from './variants.ts'

const turns = [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'paid' }]
const LONG_MS = 60_000

/** Waiting inside the call, and choosing between that and a pause. */
export const modes: readonly Scene[] = [
  {
    id: 'pause:block-mode',
    title: 'the run waits for the yes and goes on by itself',
    ways: [PLAIN, STREAMED, NESTED],
    play: async (stage, way) => {
      const going = stage.start({ ...way, pending: 'block', turns })
      await approveOnArrival(stage, going)
      const { seen } = await going
      mustFinish(seen)
      assert.ok(tells(toldOf(seen, 'c1'), 'paid', 'inv-1'))
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.equal((await asked(stage)).length, 1)
    },
  },
  {
    id: 'pause:block-mode',
    title: 'the run waits for the no and tells the model',
    play: async (stage) => {
      const going = stage.start({ pending: 'block', turns })
      const [request] = await arrived(stage, 1, going)
      assert.ok(request)
      await deny(stage, request.id)
      const { seen } = await going
      mustFinish(seen)
      assert.equal(refusalIn(toldOf(seen, 'c1')).code, 'DENIED')
      assert.deepEqual(paid(stage), [])
    },
  },
  {
    id: 'pause:block-mode',
    title: 'a run that pauses but waits a while first does not pause when the yes comes in time',
    play: async (stage) => {
      const going = stage.start({ pending: 'suspend', waitMs: LONG_MS, turns })
      await approveOnArrival(stage, going)
      mustFinish((await going).seen)
      assert.deepEqual(paid(stage), ['inv-1'])
    },
  },
  {
    id: 'pause:auto',
    title: 'pauses exactly where it can tell that a pause outlives the process',
    play: async (stage) => {
      const going = stage.start({ pending: 'auto', durable: true, turns })
      if (!stage.driver.detectsDurability) {
        await approveOnArrival(stage, going)
        mustFinish((await going).seen)
        return
      }
      const first = await going
      mustPause(first.seen)
      await approveAll(stage, first)
      mustFinish((await stage.resume(first)).seen)
      assert.deepEqual(paid(stage), ['inv-1'])
    },
  },
  {
    id: 'pause:auto',
    title: 'waits where nothing outlives the process',
    play: async (stage) => {
      const going = stage.start({ pending: 'auto', durable: false, turns })
      await approveOnArrival(stage, going)
      mustFinish((await going).seen)
      assert.deepEqual(paid(stage), ['inv-1'])
    },
  },
  {
    id: 'flight:abort-is-own',
    title: 'an aborted run stops waiting at once and takes no other run with it',
    ways: [PLAIN, STREAMED, NESTED],
    play: async (stage, way) => {
      const abort = new AbortController()
      const mine = stage.start({ ...way, pending: 'block', signal: abort.signal, turns })
      const theirs = stage.start({ ...way, pending: 'block', subject: 'bob@acme-corp.com', turns })
      const both = await arrived(stage, 2, Promise.race([mine, theirs]))
      abort.abort(new Error('the user went away'))
      const { seen } = await mine
      assert.notEqual(seen.status, 'paused')
      assert.ok(!seen.results.some(({ told }) => tells(told, 'paid', 'inv-1')))
      assert.deepEqual([...(await taskStates(stage))].sort(), ['active', 'completed'])

      // Whichever is still open is the other one's: its human says yes.
      const open = (await asked(stage)).filter((each) => each.status === 'pending')
      assert.equal(both.length, 2)
      assert.equal(open.length, 1, 'the question of the aborted run is still open')
      await approveOnArrival(stage, theirs)
      mustFinish((await theirs).seen)
      assert.deepEqual(paid(stage), ['inv-1'])
    },
  },
]
