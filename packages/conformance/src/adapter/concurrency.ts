import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import {
  approve,
  approveAll,
  asked,
  mustFinish,
  mustPause,
  noted,
  paid,
  requestIds,
} from './checks.ts'
import { call } from './suite-tools.ts'
import { tells, toldOf } from './told.ts'
import { EVERY_WAY, NESTED, PLAIN, STREAMED } from './variants.ts'

const TEN = Array.from({ length: 10 }, (_, at) => `c${at}`)

/** Calls of one turn, side by side. */
export const concurrency: readonly Scene[] = [
  {
    id: 'flight:parallel-calls-ask-once',
    title: 'ten safe calls granted at once are one request',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const { seen } = await stage.start({
        ...way,
        turns: [{ calls: TEN.map((id) => call(id, 'read', 'plan')) }, { text: 'read' }],
      })
      mustFinish(seen, 'read')
      for (const id of TEN) assert.ok(tells(toldOf(seen, id), 'text', 'text of plan'))
      assert.equal((await asked(stage)).length, 1)
    },
  },
  {
    id: 'flight:parallel-calls-ask-once',
    title: 'ten safe calls that wait for a human are one request',
    ways: [PLAIN, STREAMED, NESTED],
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: TEN.map((id) => call(id, 'open_vault', 'wages')) }, { text: 'opened' }],
      })
      mustPause(first.seen)
      assert.equal((await asked(stage)).length, 1)
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen)
      for (const id of TEN) assert.ok(tells(toldOf(second.seen, id), 'secret', 'about wages'))
      assert.equal((await asked(stage)).length, 1)
    },
  },
  {
    id: 'reuse:unsafe-calls-do-not-share-a-human',
    title: 'parallel unsafe calls each ask for themselves, equal ones too',
    ways: [PLAIN, NESTED],
    play: async (stage, way) => {
      const ids = ['c1', 'c2', 'c3']
      const first = await stage.start({
        ...way,
        turns: [{ calls: ids.map((id) => call(id, 'pay', 'inv-1')) }, { text: 'paid' }],
      })
      assert.equal(mustPause(first.seen).length, 3)
      assert.equal((await asked(stage)).length, 3)
      assert.equal(requestIds(first.seen).length, 3)

      await approve(stage, requestIds(first.seen).slice(0, 1))
      const second = await stage.resume(first)
      mustPause(second.seen)
      assert.ok(paid(stage).length <= 1, 'one yes was used for more than one payment')
      assert.equal((await asked(stage)).length, 3)

      await approveAll(stage, second)
      mustFinish((await stage.resume(second)).seen)
      assert.deepEqual(paid(stage), ['inv-1', 'inv-1', 'inv-1'])
      assert.equal((await asked(stage)).length, 3)
    },
  },
  {
    id: 'pause:siblings-once',
    title: 'what stood beside a paused call is done once, however often the run goes on',
    ways: EVERY_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [
          {
            calls: [
              call('c1', 'note', 'plan'),
              call('c2', 'pay', 'inv-1'),
              call('c3', 'pay', 'inv-2'),
              call('c4', 'read', 'plan'),
            ],
          },
          { text: 'all done' },
        ],
      })
      assert.equal(mustPause(first.seen).length, 2)
      assert.deepEqual(noted(stage), ['plan'])

      const one = (await asked(stage)).find((each) => each.about === 'inv-1')
      assert.ok(one)
      await approve(stage, [one.id])
      const second = await stage.resume(first)
      mustPause(second.seen)
      // A framework may hold the approved call back until all are decided; it may not ask again.
      assert.ok(paid(stage).every((invoice) => invoice === 'inv-1'))
      assert.equal((await asked(stage)).filter((each) => each.forHumans).length, 2)

      await approve(
        stage,
        (await asked(stage)).flatMap((each) => (each.about === 'inv-2' ? [each.id] : [])),
      )
      const third = await stage.resume(second)
      mustFinish(third.seen)
      assert.deepEqual(noted(stage), ['plan'], 'a sibling was done again')
      assert.deepEqual([...paid(stage)].sort(), ['inv-1', 'inv-2'])
      assert.ok(tells(toldOf(third.seen, 'c1'), 'done', true))
      assert.ok(tells(toldOf(third.seen, 'c2'), 'paid', 'inv-1'))
      assert.ok(tells(toldOf(third.seen, 'c3'), 'paid', 'inv-2'))
      assert.ok(tells(toldOf(third.seen, 'c4'), 'text', 'text of plan'))
    },
  },
]
