import assert from 'node:assert/strict'
import { memoryStore } from '@lumojit/core'
import type { Scene } from './case.ts'
import { approveAll, asked, mustFinish, mustPause, paid } from './checks.ts'
import { call } from './suite-tools.ts'
import { tells } from './told.ts'

/** Two runs at once: of one pause, of one user, of two. */
export const apart: readonly Scene[] = [
  {
    id: 'claim:one-winner',
    title: 'of two resumes at the same time one does it',
    play: async (stage) => {
      const first = await stage.start({
        store: memoryStore(),
        turns: [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'paid' }],
      })
      mustPause(first.seen)
      await approveAll(stage, first)
      const both = await Promise.all([stage.resume(first), stage.resume(first)])
      assert.deepEqual(paid(stage), ['inv-1'])
      assert.ok(
        both.some(({ seen }) => seen.results.some(({ told }) => tells(told, 'paid', 'inv-1'))),
        'the winner was not told that it won',
      )
      assert.equal((await asked(stage)).length, 1)
    },
  },
  apartFrom('isolation:two-users-never-share', 'bob@acme-corp.com'),
  apartFrom('isolation:two-tasks-never-share', 'alice@acme-corp.com'),
]

function apartFrom(id: string, other: string): Scene {
  return {
    id,
    title: 'what one run was allowed, another has to ask for',
    play: async (stage) => {
      const turns = [{ calls: [call('c1', 'open_vault', 'wages')] }, { text: 'opened' }]
      const mine = await stage.start({ subject: 'alice@acme-corp.com', turns })
      const theirs = await stage.start({ subject: other, turns })
      mustPause(mine.seen)
      mustPause(theirs.seen)
      assert.equal((await asked(stage)).length, 2)
      await approveAll(stage, mine)
      mustFinish((await stage.resume(mine)).seen, 'opened')
      const still = await stage.resume(theirs)
      mustPause(still.seen)
      assert.equal((await asked(stage)).length, 2)
      await approveAll(stage, still)
      mustFinish((await stage.resume(still)).seen, 'opened')
    },
  }
}
