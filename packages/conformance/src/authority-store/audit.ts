import assert from 'node:assert/strict'
import type { AuthorityStore } from '@lumojit/authority'
import { verifyAudit } from '@lumojit/authority'
import type { SuiteCase } from '../suite-case.ts'
import type { WithStore } from './open-authority-store.ts'
import {
  approve,
  aRequest,
  aTask,
  aToken,
  deny,
  END,
  isAlive,
  NOW,
  open,
  READ,
  REDEEM_UNTIL,
  withApproved,
} from './records.ts'

const kinds = async (store: AuthorityStore, chain = 'task_1') =>
  (await store.audit(chain)).map(({ kind, by }) => `${kind} by ${by}`)

const problems = async (store: AuthorityStore) =>
  verifyAudit({
    entries: await store.audit(),
    heads: await store.chainHeads(),
    anchors: await store.anchors(),
  }).problems

export const auditCases = (withStore: WithStore): readonly SuiteCase[] => [
  {
    id: 'authority-store:audit',
    title: 'every change of a task is in its chain, and nothing that changed nothing',
    run: withStore(async ({ store }) => {
      await withApproved(store)
      await store.redeem('jit_1', aToken('t1'), NOW + 2)
      await open(store, aRequest('jit_2', { details: [{ type: 'other' }] }))
      await deny(store, 'jit_2')
      await deny(store, 'jit_2')
      await store.revokeToken('t1', 'agt_1', NOW + 3)
      await store.revokeRequest('jit_1', { at: NOW + 4, by: 'u_bob', sticks: true })
      await open(store, aRequest('jit_3', { details: [{ type: 'third' }] }), { refusalsSeen: 1 })
      await store.revokeRequest('jit_3', { at: NOW + 4, by: 'agt_1', sticks: false })
      await store.endTask('task_1', { state: 'completed', at: NOW + 5, by: 'agent:agt_1' })
      await store.endTask('task_1', { state: 'completed', at: NOW + 6, by: 'agent:agt_1' })
      assert.deepEqual(await kinds(store), [
        'task.opened by agent:agt_1',
        'request.opened by agent:agt_1',
        'request.approved by user:u_bob',
        'token.issued by agent:agt_1',
        'request.opened by agent:agt_1',
        'request.denied by user:u_bob',
        'token.revoked by agent:agt_1',
        'request.revoked by user:u_bob',
        'request.opened by agent:agt_1',
        'request.revoked by agent:agt_1',
        'task.completed by agent:agt_1',
      ])
      assert.deepEqual(await problems(store), [])
      const approved = (await store.audit('task_1'))[2]
      assert.deepEqual(JSON.parse(approved?.data ?? '{}').granted, READ)
    }),
  },
  {
    id: 'authority-store:audit',
    title: 'chains stay whole when many write at once, and anchors pin every head',
    run: withStore(async ({ store, second }) => {
      const other = second ?? store
      for (const id of ['task_1', 'task_2']) await store.addTask(aTask(id))
      await Promise.all(
        Array.from({ length: 30 }, (_, nth) =>
          open(
            nth % 2 === 0 ? store : other,
            aRequest(`jit_${nth}`, { taskId: nth % 3 === 0 ? 'task_1' : 'task_2', risk: 'low' }),
            { maxOpen: 99 },
          ),
        ),
      )
      assert.equal(await store.anchorAudit(NOW + 1), true)
      assert.equal(await store.anchorAudit(NOW + 2), false)
      await approve(store, 'jit_0')
      assert.equal(await other.anchorAudit(NOW + 3), true)
      assert.equal((await store.audit()).length, 33)
      assert.deepEqual(await problems(store), [])
      const [first, next] = await store.anchors()
      assert.equal(JSON.parse(first?.heads ?? '[]').length, 2)
      assert.equal(JSON.parse(next?.heads ?? '[]').length, 1)
      assert.equal(next?.previous, first?.hash)
    }),
  },
  {
    id: 'authority-store:retention',
    title: 'what ended long ago is forgotten, once an anchor pins it, and the audit stays whole',
    run: withStore(async ({ store, second }) => {
      await withApproved(store)
      await store.redeem('jit_1', aToken('t1'), NOW + 2)
      for (const id of ['task_2', 'task_3', 'task_4'])
        await store.addTask(aTask(id, { expiresAt: id === 'task_4' ? NOW + 20 : END }))
      const end = (id: string, at: number) =>
        store.endTask(id, { state: 'completed', at, by: 'agent:agt_1' })
      await end('task_1', NOW + 10)
      await end('task_2', NOW + 30)
      const sweep = (before: number, most = 9) =>
        (second ?? store).sweep({ at: NOW + 40, before, most })
      await store.anchorAudit(NOW + 31)
      assert.equal(await sweep(NOW + 9), 0)
      assert.equal(await sweep(NOW + 25, 1), 1)
      assert.equal(await sweep(NOW + 25, 1), 1)
      assert.equal(await sweep(NOW + 25, 1), 0)
      for (const gone of ['task_1', 'task_4']) {
        assert.equal(await store.task(gone), undefined)
        assert.deepEqual(await store.audit(gone), [])
      }
      assert.equal(await store.request('jit_1'), undefined)
      assert.equal(await isAlive(store, 't1', NOW + 11), false)
      for (const kept of ['task_2', 'task_3']) assert.ok(await store.task(kept))
      assert.deepEqual(await kinds(store, 'retention'), [
        'task.swept by authority',
        'task.swept by authority',
      ])
      assert.deepEqual(await problems(store), [])
      await end('task_3', NOW + 32)
      assert.equal(await sweep(NOW + 35), 1)
      assert.ok(await store.task('task_3'), 'it went before an anchor pinned its end')
      assert.equal(await store.anchorAudit(NOW + 41), true)
      assert.equal(await sweep(NOW + 35), 1)
      assert.equal(await store.task('task_3'), undefined)
      await store.anchorAudit(NOW + 42)
      const report = verifyAudit(await store.auditSnapshot())
      assert.deepEqual([report.problems, report.swept, report.unanchored], [[], 4, 0])
    }),
  },
  {
    id: 'authority-store:durable',
    title: 'a store that outlives its process has everything again, and goes on where it was',
    run: withStore(async ({ store, reopen }) => {
      if (!reopen) return
      await withApproved(store)
      await store.redeem('jit_1', aToken('t1'), NOW + 2)
      await store.redeem('jit_1', aToken('t2'), NOW + 3)
      await open(store, aRequest('jit_2', { unit: 'open', pendingUntil: REDEEM_UNTIL }))
      await store.addKey(
        { generation: 1, jwk: { kty: 'EC', kid: 'k' }, signsFrom: NOW },
        { at: NOW, by: 'authority' },
      )
      await store.anchorAudit(NOW + 3)
      const all = (from: AuthorityStore) =>
        Promise.all([
          from.task('task_1'),
          from.request('jit_1'),
          from.request('jit_2'),
          from.token('t1'),
          from.token('t2'),
          from.pending(NOW),
          from.eventsAfter(0, NOW),
          from.keys(),
          from.audit(),
          from.anchors(),
          from.chainHeads(),
        ])
      const before = await all(store)
      const again = await reopen()
      assert.deepEqual(await all(again), before)
      const joined = await open(again, aRequest('jit_3', { unit: 'open' }), { at: NOW + 4 })
      assert.equal(joined.kind, 'joined')
      await again.redeem('jit_1', aToken('t3'), NOW + 5)
      const [, last] = await again.eventsAfter(0, NOW)
      assert.deepEqual([last?.subject, last?.sequence], ['t2', 2])
      assert.deepEqual(await problems(again), [])
    }),
  },
]
