import assert from 'node:assert/strict'
import type { SuiteCase } from '../suite-case.ts'
import type { WithStore } from './open-authority-store.ts'
import {
  aRequest,
  aTask,
  aToken,
  END,
  isAlive,
  NOW,
  open,
  REDEEM_UNTIL,
  withApproved,
} from './records.ts'

export const tokenCases = (withStore: WithStore): readonly SuiteCase[] => [
  {
    id: 'authority-store:dead-at-once',
    title: 'redeeming again kills the token before, and the feed says so',
    run: withStore(async ({ store }) => {
      await withApproved(store)
      assert.equal((await store.redeem('jit_1', aToken('t1'), NOW + 2)).request?.redemptions, 1)
      assert.equal(await isAlive(store, 't1', NOW + 3), true)
      assert.equal((await store.redeem('jit_1', aToken('t2'), NOW + 3)).request?.redemptions, 2)
      assert.equal(await isAlive(store, 't1', NOW + 3), false)
      assert.equal(await isAlive(store, 't2', NOW + 3), true)
      const told = await store.eventsAfter(0, NOW + 3)
      assert.deepEqual(
        told.map(({ kind, subject }) => [kind, subject]),
        [['revoked', 't1']],
      )
      assert.ok((told[0]?.until ?? 0) > aToken('t1').expiresAt)
    }),
  },
  {
    id: 'authority-store:dead-at-once',
    title:
      'redeems until the window closes and while the task lives, never a pending or revoked one',
    run: withStore(async ({ store }) => {
      await withApproved(store)
      await open(store, aRequest('jit_2'))
      const redeem = (id: string, jti: string, at: number) =>
        store.redeem(id, aToken(jti, { requestId: id }), at)
      assert.equal((await redeem('jit_2', 't0', NOW + 2)).won, false)
      assert.equal((await redeem('?', 't0', NOW + 2)).won, false)
      assert.equal((await redeem('jit_1', 't1', REDEEM_UNTIL)).won, false)
      assert.equal((await redeem('jit_1', 't2', REDEEM_UNTIL - 1)).won, true)
      await store.revokeRequest('jit_1', { at: NOW + 3, by: 'agt_1', sticks: false })
      assert.equal(await isAlive(store, 't2', NOW + 4), false)
      assert.equal((await redeem('jit_1', 't3', NOW + 4)).won, false)
      for (const jti of ['t0', 't1', 't3']) assert.equal(await store.token(jti), undefined)
    }),
  },
  {
    id: 'authority-store:dead-at-once',
    title: 'the end of a task kills its tokens, tells how many, and happens once',
    run: withStore(async ({ store }) => {
      await withApproved(store)
      await open(store, aRequest('jit_2', { state: 'approved', redeemUntil: REDEEM_UNTIL }))
      await store.redeem('jit_1', aToken('t1'), NOW + 2)
      await store.redeem('jit_2', aToken('t2', { requestId: 'jit_2', expiresAt: NOW + 4 }), NOW + 2)
      const end = { state: 'completed', at: NOW + 5, by: 'agent:agt_1' } as const
      const first = await store.endTask('task_1', end)
      assert.deepEqual([first.won, first.killed, first.task?.endedAt], [true, 1, NOW + 5])
      assert.equal(await isAlive(store, 't1', NOW + 5), false)
      const again = await store.endTask('task_1', { ...end, at: NOW + 9 })
      assert.deepEqual([again.won, again.killed, again.task?.endedAt], [false, 0, NOW + 5])
      assert.deepEqual(await store.endTask('?', end), { won: false, killed: 0 })
      const told = await store.eventsAfter(0, NOW + 5)
      assert.deepEqual(
        told.map(({ kind, subject }) => [kind, subject]),
        [['task-ended', 'task_1']],
      )
      assert.ok((told[0]?.until ?? 0) > aToken('t1').expiresAt)
      assert.deepEqual(await store.eventsAfter(told[0]?.sequence ?? 0, NOW + 5), [])
      assert.deepEqual(await store.eventsAfter(0, END * 2), [])
    }),
  },
  {
    id: 'authority-store:dead-at-once',
    title: 'a token is revoked by its holder, alive, once; with it dies what was exchanged for it',
    run: withStore(async ({ store }) => {
      const bare = { kind: 'agent', holder: 'agt_1', audience: 'a', expiresAt: NOW + 10 } as const
      await store.addToken({ jti: 'root', ...bare, kind: 'subject', holder: 'u_1' }, NOW)
      await store.addToken({ jti: 'leaf', ...bare, root: 'root' }, NOW)
      assert.equal(await isAlive(store, 'leaf', NOW + 1), true)
      assert.equal(await store.revokeToken('root', 'u_2', NOW + 1), false)
      assert.equal(await store.revokeToken('?', 'u_1', NOW + 1), false)
      assert.equal(await store.revokeToken('root', 'u_1', NOW + 10), false)
      assert.equal(await store.revokeToken('root', 'u_1', NOW + 1), true)
      assert.equal(await store.revokeToken('root', 'u_1', NOW + 1), false)
      assert.equal(await isAlive(store, 'leaf', NOW + 2), false)
      const told = (await store.eventsAfter(0, NOW + 2)).map(({ subject }) => subject)
      assert.deepEqual(told, ['root', 'leaf'])
      await store.addToken({ jti: 'late', ...bare, root: 'root' }, NOW + 2)
      assert.equal(await isAlive(store, 'late', NOW + 3), false)
    }),
  },
  {
    id: 'authority-store:budget',
    title: 'an agent redeems as often in a period as its budget says, and a refusal uses nothing',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      await open(store, aRequest('jit_1', { state: 'approved', redeemUntil: END }))
      const budget = { tokens: 2, periodMs: 1_000 }
      const redeem = (jti: string, at: number) => store.redeem('jit_1', aToken(jti), at, budget)
      assert.equal((await redeem('t1', NOW + 1)).won, true)
      assert.equal((await redeem('t2', NOW + 2)).won, true)
      const over = await redeem('t3', NOW + 3)
      assert.deepEqual([over.won, over.overBudget], [false, { until: NOW + 1_000 }])
      assert.equal(over.request?.redemptions, 2)
      assert.equal(await isAlive(store, 't2', NOW + 4), true)
      assert.equal(await store.token('t3'), undefined)
      assert.equal((await redeem('t4', NOW + 1_000)).won, true)
    }),
  },
]
