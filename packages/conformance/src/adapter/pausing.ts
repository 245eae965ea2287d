import assert from 'node:assert/strict'
import type { Scene } from './case.ts'
import {
  approveAll,
  asked,
  mustFinish,
  mustPause,
  noted,
  paid,
  requestIds,
  taskStates,
} from './checks.ts'
import { call } from './suite-tools.ts'
import { tells, toldOf } from './told.ts'
import { EVERY_WAY, NESTED, PLAIN, STREAMED } from './variants.ts'

const HALF_AN_HOUR_MS = 30 * 60_000

/** What a pause keeps, and what it must not do twice. */
export const pausing: readonly Scene[] = [
  {
    id: 'pause:second-run-asks-nobody',
    title: 'going on before the decision, and after it, opens no new request',
    ways: [PLAIN, STREAMED, NESTED],
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'paid' }],
      })
      mustPause(first.seen)
      const second = await stage.resume(first)
      mustPause(second.seen)
      assert.deepEqual(requestIds(second.seen), requestIds(first.seen))
      const third = await stage.resume(second)
      mustPause(third.seen)
      assert.deepEqual(requestIds(third.seen), requestIds(first.seen))
      await approveAll(stage, third)
      mustFinish((await stage.resume(third)).seen)
      assert.equal((await asked(stage)).length, 1)
      assert.deepEqual(paid(stage), ['inv-1'])
    },
  },
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
  {
    id: 'pause:task-stays-open',
    title: 'the task is open while anything is paused and ended when nothing is',
    ways: EVERY_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [
          { calls: [call('c1', 'pay', 'inv-1')] },
          { calls: [call('c2', 'pay', 'inv-2')] },
          { text: 'paid' },
        ],
      })
      mustPause(first.seen)
      assert.deepEqual(await taskStates(stage), ['active'])
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustPause(second.seen)
      assert.deepEqual(await taskStates(stage), ['active'])
      await approveAll(stage, second)
      mustFinish((await stage.resume(second)).seen)
      assert.deepEqual(await taskStates(stage), ['completed'])
    },
  },
  {
    id: 'pause:latch',
    title: 'a tool that swallows the pause and tries another way stays paused',
    ways: EVERY_WAY,
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        turns: [{ calls: [call('c1', 'pay_carelessly', 'inv-1')] }, { text: 'paid' }],
      })
      mustPause(first.seen)
      assert.deepEqual(noted(stage), [], 'the tool went on after its pause')
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen)
      assert.ok(tells(toldOf(second.seen, 'c1'), 'paid', 'inv-1'))
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.deepEqual(noted(stage), [])
    },
  },
  {
    id: 'pause:abandoned-is-cancelled',
    title: 'when the user says something else, nobody is asked any more',
    play: async (stage) => {
      const first = await stage.start({
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'never said' }],
      })
      mustPause(first.seen)
      const second = await stage.resume(first, {
        tamper: { kind: 'new-user-input', text: 'Never mind. What time is it?' },
        turns: [{ text: 'late' }],
      })
      mustFinish(second.seen, 'late')
      assert.deepEqual(
        (await asked(stage)).map((each) => each.status),
        ['revoked'],
        'the question was left to end with the task instead of being taken back',
      )
      assert.deepEqual(paid(stage), [])
      assert.deepEqual(await taskStates(stage), ['completed'])
    },
  },
]
