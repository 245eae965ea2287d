import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import {
  approveAll,
  asked,
  denyAll,
  mustFinish,
  mustPause,
  noted,
  paid,
  requestIds,
} from './checks.ts'
import { call } from './suite-tools.ts'
import { refusalIn, tells, toldOf } from './told.ts'
import { EVERY_HONEST_WAY } from './variants.ts'

const turns = [
  { calls: [call('c1', 'note', 'plan'), call('c2', 'pay', 'inv-1')] },
  { text: 'noted and paid' },
]

/** One process pauses and is killed; another goes on with the saved string and the shared directory alone. */
export const processes: readonly Scene[] = [
  {
    id: 'pause:goes-on-in-a-new-process',
    title: 'killed, approved, and done once by another process',
    ways: EVERY_HONEST_WAY,
    play: async (stage, way) => {
      const a = await stage.startInChild({ ...way, turns })
      const first = await a.played
      mustPause(first.seen)
      await a.kill()
      assert.deepEqual(noted(stage), ['plan'])
      await approveAll(stage, first)

      const b = await stage.resumeInChild(first)
      const second = await b.played
      mustFinish(second.seen, way.nested ? undefined : 'noted and paid')
      assert.ok(tells(toldOf(second.seen, 'c2'), 'paid', 'inv-1'))
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.deepEqual(noted(stage), ['plan'], 'a sibling was done again by the second process')
      assert.equal((await asked(stage)).filter((each) => each.about === 'inv-1').length, 1)
    },
  },
  {
    id: 'pause:goes-on-in-a-new-process',
    title: 'killed twice, undecided in between, and still one question',
    play: async (stage) => {
      const a = await stage.startInChild({ turns })
      const first = await a.played
      mustPause(first.seen)
      await a.kill()
      const b = await stage.resumeInChild(first)
      const second = await b.played
      mustPause(second.seen)
      await b.kill()
      assert.deepEqual(requestIds(second.seen), requestIds(first.seen))
      await approveAll(stage, second)
      const c = await stage.resumeInChild(second)
      mustFinish((await c.played).seen, 'noted and paid')
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.equal((await asked(stage)).filter((each) => each.about === 'inv-1').length, 1)
    },
  },
  {
    id: 'pause:goes-on-in-a-new-process',
    title: 'killed, denied, and told by another process',
    play: async (stage) => {
      const a = await stage.startInChild({ turns })
      const first = await a.played
      mustPause(first.seen)
      await a.kill()
      await denyAll(stage, first)
      const b = await stage.resumeInChild(first)
      const second = await b.played
      mustFinish(second.seen)
      assert.equal(refusalIn(toldOf(second.seen, 'c2')).code, 'DENIED')
      assert.deepEqual(paid(stage), [])
    },
  },
  {
    id: 'claim:one-winner',
    title: 'of two processes that go on at the same time one does it',
    play: async (stage) => {
      const a = await stage.startInChild({ sharedStore: true, turns })
      const first = await a.played
      mustPause(first.seen)
      await a.kill()
      await approveAll(stage, first)
      const racers = await Promise.all([stage.resumeInChild(first), stage.resumeInChild(first)])
      const both = await Promise.all(racers.map((racer) => racer.played))
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.ok(
        both.some(({ seen }) => seen.results.some(({ told }) => tells(told, 'paid', 'inv-1'))),
        'the winner was not told that it won',
      )
    },
  },
]
