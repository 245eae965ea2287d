import assert from 'node:assert/strict'
import { memoryStore } from '@lumojit/core'
import type { ModelCall } from '../adapter-driver.ts'
import type { Scene } from './case.ts'
import { approve, approveAll, asked, mustFinish, mustPause, paid } from './checks.ts'
import { challengesIn } from './scripted-model.ts'
import { call } from './suite-tools.ts'
import { refusalIn, tells, toldOf } from './told.ts'
import { PLAIN, STREAMED } from './variants.ts'

const REASON = 'the user asked me to pay it'

function ask(id: string, challenge: string): ModelCall {
  return {
    id,
    tool: 'request_jit_access',
    args: { challenge_id: challenge, justification: REASON },
  }
}

/** The model may name a challenge. It can never write a permission. */
export const modelDriven: readonly Scene[] = [
  {
    id: 'challenge-id:opaque',
    title: 'the model is told an id, asks with it, and repeats its call',
    ways: [PLAIN, STREAMED],
    play: async (stage, way) => {
      const first = await stage.start({
        ...way,
        escalate: 'model',
        store: memoryStore(),
        turns: [
          { calls: [call('c1', 'pay', 'inv-1')] },
          { calls: [ask('c2', '{{challenge 0}}')] },
          { calls: [call('c3', 'pay', 'inv-1')] },
          { text: 'paid' },
        ],
      })
      const [approval] = mustPause(first.seen)
      assert.equal(approval.toolName, 'request_jit_access')
      const [id] = challengesIn(first.seen.modelInputs as never)
      assert.ok(id !== undefined && id.length >= 16 && id.length <= 64, `not an opaque id: ${id}`)
      assert.equal((await asked(stage)).length, 1, 'asked before the model did')
      assert.ok((await asked(stage))[0]?.justification.includes(REASON))

      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen, 'paid')
      assert.ok(tells(toldOf(second.seen, 'c2'), 'status', 'granted'))
      assert.ok(tells(toldOf(second.seen, 'c3'), 'paid', 'inv-1'))
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.equal((await asked(stage)).length, 1)
    },
  },
  {
    id: 'challenge-id:opaque',
    title: 'an id that is made up, or was used, asks nobody',
    play: async (stage) => {
      const first = await stage.start({
        escalate: 'model',
        store: memoryStore(),
        turns: [
          { calls: [call('c1', 'pay', 'inv-1')] },
          { calls: [ask('c2', 'chl_0000000000000000000000')] },
          { calls: [ask('c3', '{{challenge 0}}')] },
          { calls: [ask('c4', '{{challenge 0}}')] },
          { text: 'gave up' },
        ],
      })
      mustPause(first.seen)
      assert.equal((await asked(stage)).length, 1)
      assert.equal(refusalIn(toldOf(first.seen, 'c2')).code, 'CHALLENGE_UNKNOWN')
      await approveAll(stage, first)
      const second = await stage.resume(first)
      mustFinish(second.seen, 'gave up')
      assert.equal(refusalIn(toldOf(second.seen, 'c4')).code, 'CHALLENGE_UNKNOWN')
      assert.equal((await asked(stage)).length, 1)
      assert.deepEqual(paid(stage), [])
    },
  },
  {
    id: 'challenge-id:opaque',
    title: 'an id of another user’s run asks nobody',
    play: async (stage) => {
      const store = memoryStore()
      const theirs = await stage.start({
        escalate: 'model',
        store,
        subject: 'bob@acme-corp.com',
        turns: [
          // One after the other: side by side, frameworks tell results in an order of their own.
          { calls: [call('c1', 'pay', 'inv-1')] },
          { calls: [call('c2', 'pay', 'inv-2')] },
          { calls: [ask('c3', '{{challenge 0}}')] },
        ],
      })
      mustPause(theirs.seen)
      const unused = challengesIn(theirs.seen.modelInputs as never)[1]
      assert.ok(unused)
      const before = (await asked(stage)).length
      const mine = await stage.start({
        escalate: 'model',
        store,
        turns: [{ calls: [ask('c1', unused)] }, { text: 'no luck' }],
      })
      mustFinish(mine.seen, 'no luck')
      assert.equal(refusalIn(toldOf(mine.seen, 'c1')).code, 'CHALLENGE_UNKNOWN')
      assert.equal((await asked(stage)).length, before)
    },
  },
  {
    id: 'challenge-id:survives-the-process',
    title: 'told in one process, asked with in another',
    play: async (stage) => {
      const a = await stage.startInChild({
        escalate: 'model',
        sharedStore: true,
        turns: [
          // One after the other: side by side, frameworks tell results in an order of their own.
          { calls: [call('c1', 'pay', 'inv-1')] },
          { calls: [call('c2', 'pay', 'inv-2')] },
          { calls: [ask('c3', '{{challenge 0}}')] },
          { calls: [call('c4', 'pay', 'inv-1')] },
          { calls: [ask('c5', '{{challenge 1}}')] },
          { calls: [call('c6', 'pay', 'inv-2')] },
          { text: 'paid both' },
        ],
      })
      const first = await a.played
      mustPause(first.seen)
      await a.kill()
      await approveAll(stage, first)

      const b = await stage.resumeInChild(first)
      const second = await b.played
      mustPause(second.seen)
      assert.equal((await asked(stage)).length, 2, 'the second id was forgotten with its process')
      await b.kill()
      await approveAll(stage, second)

      const c = await stage.resumeInChild(second)
      const third = await c.played
      mustFinish(third.seen, 'paid both')
      assert.equal((await asked(stage)).length, 2)
      assert.deepEqual(paid(stage), ['inv-1', 'inv-2'])
    },
  },
  {
    id: 'challenge-id:survives-the-process',
    title: 'what was allowed in one process is used in another',
    play: async (stage) => {
      const store = memoryStore()
      const first = await stage.start({
        escalate: 'model',
        store,
        turns: [
          { calls: [call('c1', 'pay', 'inv-1')] },
          { calls: [call('c2', 'pay', 'inv-2')] },
          { calls: [ask('c3', '{{challenge 0}}'), ask('c4', '{{challenge 1}}')] },
          { calls: [call('c5', 'pay', 'inv-1'), call('c6', 'pay', 'inv-2')] },
          { text: 'paid both' },
        ],
      })
      mustPause(first.seen)
      const [one] = await asked(stage)
      assert.ok(one)
      await approve(stage, [one.id])
      const second = await stage.resume(first)
      mustPause(second.seen)
      await approveAll(stage, second)
      const third = await stage.resume(second)
      mustFinish(third.seen, 'paid both')
      assert.equal((await asked(stage)).length, 2)
      assert.deepEqual([...paid(stage)].sort(), ['inv-1', 'inv-2'])
    },
  },
]
