import assert from 'node:assert/strict'
import type { PendingApproval } from '@lumojit/core'
import type { Json } from '@lumojit/protocol'
import type { Tamper } from '../adapter-driver.ts'
import type { Scene } from './case.ts'
import { approve, approveAll, asked, mustFinish, mustPause, paid, requestIds } from './checks.ts'
import { call } from './suite-tools.ts'
import { EVERY_HONEST_WAY, PLAIN, STREAMED } from './variants.ts'

const turns = [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'paid' }]
const ALICE = 'alice@acme-corp.com'
const BOB = 'bob@acme-corp.com'

/** What comes back out of a saved state was in somebody else's hands. */
export const attacks: readonly Scene[] = [
  forged('the framework’s own approval, without the authority', () => ({
    kind: 'approve-locally',
  })),
  forged('a resume value that says it is approved', ([approval]) => ({
    kind: 'resume-value',
    value: {
      approved: true,
      status: 'granted',
      decision: 'approve',
      ...(approval as object),
    } as Json,
  })),
  {
    id: 'handle:other-users-valid-handle-grants-nothing',
    title: 'another user’s approved pause, put into one’s own state',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const theirs = await stage.start({ ...way, subject: BOB, turns })
      const mine = await stage.start({ ...way, subject: ALICE, turns })
      const [approval] = mustPause(theirs.seen)
      mustPause(mine.seen)
      await approveAll(stage, theirs)
      const before = (await asked(stage)).length

      const second = await stage.resume(mine, { tamper: { kind: 'foreign-handle', approval } })
      assert.deepEqual(paid(stage), [], 'one user ran on another user’s approval')
      assert.ok(!requestIds(second.seen).some((id) => requestIds(theirs.seen).includes(id)))
      assert.ok((await asked(stage)).length - before <= 1)

      mustFinish((await stage.resume(theirs)).seen, 'paid')
      assert.deepEqual(paid(stage), ['inv-1'], 'the attack spoiled what the other user was allowed')
    },
  },
  {
    id: 'handle:other-users-valid-handle-grants-nothing',
    title: 'one’s own approved pause of another run',
    play: async (stage) => {
      const earlier = await stage.start({ turns })
      const now = await stage.start({ turns })
      const [approval] = mustPause(earlier.seen)
      mustPause(now.seen)
      await approveAll(stage, earlier)
      await stage.resume(now, { tamper: { kind: 'foreign-handle', approval } })
      assert.deepEqual(paid(stage), [])
      mustFinish((await stage.resume(earlier)).seen, 'paid')
      assert.deepEqual(paid(stage), ['inv-1'])
    },
  },
  {
    id: 'handle:other-users-valid-handle-grants-nothing',
    title: 'the approved pause of the call beside it',
    play: async (stage) => {
      const first = await stage.start({
        turns: [
          { calls: [call('c1', 'pay', 'inv-1'), call('c2', 'pay', 'inv-2')] },
          { text: 'paid' },
        ],
      })
      mustPause(first.seen)
      const one = (await asked(stage)).find((each) => each.about === 'inv-1')
      assert.ok(one)
      const approval = first.seen.pending.find((each) => requestsIn(each).includes(one.id))
      assert.ok(approval)
      await approve(stage, [one.id])
      await stage.resume(first, { tamper: { kind: 'foreign-handle', approval } })
      assert.ok(!paid(stage).includes('inv-2'), 'one call ran on the approval of another')
    },
  },
  changed('after the API refused it', 'pay_amount'),
  changed('whose permission the tool declares', 'pay_amount_declared'),
  {
    id: 'reuse:once-is-once',
    title: 'a saved pause that was used serves nobody again',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const first = await stage.start({ ...way, turns })
      mustPause(first.seen)
      await approveAll(stage, first)
      mustFinish((await stage.resume(first)).seen, 'paid')
      await stage.resume(first)
      await stage.resume(first)
      assert.deepEqual(paid(stage), ['inv-1'], 'one yes paid twice')
    },
  },
]

/** The amount is no part of what the API requires: its guard alone would let the change through. */
function changed(title: string, tool: string): Scene {
  return {
    id: 'handle:changed-arguments',
    title: `an approved call ${title}, with other arguments in the state`,
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const args = { id: 'inv-1', text: '10' }
      const first = await stage.start({
        ...way,
        turns: [{ calls: [{ id: 'c1', tool, args }] }, { text: 'paid' }],
      })
      mustPause(first.seen)
      await approveAll(stage, first)
      const second = await stage.resume(first, {
        tamper: { kind: 'changed-arguments', callId: 'c1', args: { ...args, text: '10000' } },
      })
      assert.deepEqual(paid(stage), [], 'a human said yes to something else')
      if (second.seen.status === 'paused') {
        assert.ok(!requestIds(second.seen).some((id) => requestIds(first.seen).includes(id)))
      }
    },
  }
}

function forged(title: string, how: (pending: readonly PendingApproval[]) => Tamper): Scene {
  return {
    id: 'pause:resume-is-only-a-wake-up',
    title: `${title}, grants nothing`,
    ways: EVERY_HONEST_WAY,
    play: async (stage, way) => {
      const first = await stage.start({ ...way, turns })
      mustPause(first.seen)
      const second = await stage.resume(first, { tamper: how(first.seen.pending) })
      assert.deepEqual(paid(stage), [], 'the framework’s word was taken for the authority’s')
      assert.equal((await asked(stage)).length, 1)
      // The honest way is still open.
      assert.equal((await asked(stage))[0]?.status, 'pending')
      mustPause(second.seen)
      await approveAll(stage, second)
      mustFinish((await stage.resume(second)).seen)
      assert.deepEqual(paid(stage), ['inv-1'])
    },
  }
}

function requestsIn(approval: PendingApproval): readonly string[] {
  return approval.requests.map((each) => each.requestId)
}
