import assert from 'node:assert/strict'
import type { SuiteCase } from '../suite-case.ts'
import type { WithStore } from './open-authority-store.ts'
import {
  approve,
  aRequest,
  aTask,
  aToken,
  deny,
  END,
  NOW,
  open,
  PENDING_UNTIL,
  READ,
  REDEEM_UNTIL,
  suspendAt,
  withApproved,
} from './records.ts'

export const transitionCases = (withStore: WithStore): readonly SuiteCase[] => [
  {
    id: 'authority-store:transitions',
    title: 'gives back every member of what was kept, and nothing that was not',
    run: withStore(async ({ store }) => {
      const odd = 'half \ud800 a pair, "quotes", \u0000 and 日本'
      const task = aTask('task_1', { name: odd, onBehalfOf: 'a@b.c', subject: 'u_1', type: 't' })
      await store.addTask(task)
      assert.deepEqual(await store.task('task_1'), task)
      const details = [{ type: 'x', note: '日本', limit: { amount: 1.5 } }] as const
      const request = aRequest('jit_1', {
        details,
        unit: odd,
        justifications: [odd],
        resource: 'https://api.example',
        callbackUrl: 'https://agent.example/hook',
      })
      assert.deepEqual(await open(store, request), { kind: 'opened', request })
      assert.deepEqual(await store.request('jit_1'), request)
      const token = aToken('t1', { requestId: 'jit_1' })
      await store.addToken(token, NOW)
      assert.deepEqual((await store.token('t1'))?.token, token)
      for (const nobody of [store.task('?'), store.request('?'), store.token('?')])
        assert.equal(await nobody, undefined)
    }),
  },
  {
    id: 'authority-store:transitions',
    title: 'a question can be decided until its last moment, once, and only while its task lives',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      for (const id of ['jit_1', 'jit_2', 'jit_3']) await open(store, aRequest(id))
      assert.equal((await approve(store, 'jit_1', PENDING_UNTIL)).won, false)
      assert.equal((await deny(store, 'jit_1', PENDING_UNTIL)).won, false)
      const { won, request } = await approve(store, 'jit_1', PENDING_UNTIL - 1)
      assert.equal(won, true)
      assert.deepEqual(request, {
        ...aRequest('jit_1'),
        state: 'approved',
        decidedAt: PENDING_UNTIL - 1,
        decidedBy: 'u_bob',
        granted: READ,
        ttlSeconds: 120,
        redeemUntil: REDEEM_UNTIL,
        notes: 'internal',
        agentMessage: 'once',
      })
      assert.deepEqual(await store.request('jit_1'), request)
      assert.equal((await deny(store, 'jit_1')).won, false)
      const denied = await deny(store, 'jit_2')
      assert.equal(denied.request?.state, 'denied')
      assert.equal((await approve(store, 'jit_2')).won, false)
      assert.equal((await store.task('task_1'))?.denials, 1)
      await store.endTask('task_1', { state: 'completed', at: NOW + 5, by: 'agent:agt_1' })
      assert.equal((await approve(store, 'jit_3', NOW + 6)).won, false)
      assert.equal((await approve(store, 'unknown')).won, false)
    }),
  },
  {
    id: 'authority-store:transitions',
    title: 'lists what waits for a person, oldest first, and nothing else',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      await store.addTask(aTask('task_2', { createdAt: NOW - 5 }))
      await open(store, aRequest('jit_1', { createdAt: NOW + 2 }))
      await open(store, aRequest('jit_2', { createdAt: NOW + 1, taskId: 'task_2' }))
      await open(store, aRequest('jit_3', { createdAt: NOW + 3, pendingUntil: NOW + 4 }))
      await open(store, aRequest('jit_4', { state: 'approved', redeemUntil: REDEEM_UNTIL }))
      const ids = async (at: number) => (await store.pending(at)).map(({ id }) => id)
      assert.deepEqual(new Set(await ids(NOW + 3)), new Set(['jit_2', 'jit_1', 'jit_3']))
      assert.deepEqual(await ids(NOW + 4).then((found) => found.sort()), ['jit_1', 'jit_2'])
      await store.endTask('task_2', { state: 'completed', at: NOW + 5, by: 'agent:agt_1' })
      assert.deepEqual(await ids(NOW + 6), ['jit_1'])
      assert.deepEqual(await ids(PENDING_UNTIL), [])
    }),
  },
  {
    id: 'authority-store:transitions',
    title: 'the same question is the same request while it is open, redeemable or denied',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      const again = (id: string, at: number, more = {}) =>
        open(store, aRequest(id, { unit: 'same', justifications: [id], ...more }), { at })
      assert.equal((await again('jit_1', NOW)).kind, 'opened')
      const joined = await again('jit_2', NOW + 1)
      assert.equal(joined.kind, 'joined')
      assert.deepEqual((await store.request('jit_1'))?.justifications, ['jit_1', 'jit_2'])
      assert.equal(await store.request('jit_2'), undefined)
      assert.equal((await again('jit_3', PENDING_UNTIL, { pendingUntil: END })).kind, 'opened')
      await store.approve('jit_3', {
        at: PENDING_UNTIL,
        by: 'u_bob',
        reuse: 'task',
        granted: READ,
        ttlSeconds: 1,
        redeemUntil: REDEEM_UNTIL,
      })
      assert.equal((await again('jit_4', REDEEM_UNTIL - 1)).kind, 'joined')
      assert.equal((await again('jit_5', REDEEM_UNTIL, { pendingUntil: END })).kind, 'opened')
      assert.equal((await deny(store, 'jit_5', REDEEM_UNTIL)).won, true)
      assert.equal((await again('jit_6', END - 1)).kind, 'joined')
      assert.deepEqual(await again('jit_7', END), { kind: 'task-not-active' })
    }),
  },
  {
    id: 'authority-store:transitions',
    title: 'an unkeyed `once` that was redeemed is spent, a keyed one is not',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      for (const keyed of [false, true]) {
        const unit = `keyed ${keyed}`
        const id = `jit_${keyed}`
        await open(store, aRequest(id, { unit, keyed }))
        await approve(store, id)
        await store.redeem(id, aToken(`t ${keyed}`, { requestId: id }), NOW + 2)
        const next = await open(store, aRequest(`${id} again`, { unit, keyed }), { at: NOW + 3 })
        assert.equal(next.kind, keyed ? 'joined' : 'opened')
      }
    }),
  },
  {
    id: 'authority-store:transitions',
    title: 'holds the number of open questions, and notices a revocation between look and leap',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      await open(store, aRequest('jit_1', { pendingUntil: NOW + 5 }))
      await open(store, aRequest('jit_2'))
      const third = (at: number, more = {}) =>
        open(store, aRequest('jit_3'), { at, maxOpen: 2, ...more })
      assert.deepEqual(await third(NOW + 4), { kind: 'too-many' })
      assert.deepEqual(await third(NOW + 5, { refusalsSeen: 1 }), { kind: 'changed' })
      assert.equal((await third(NOW + 5)).kind, 'opened')
    }),
  },
  {
    id: 'authority-store:transitions',
    title: 'what a person revokes sticks, with every request for the same details',
    run: withStore(async ({ store }) => {
      await withApproved(store)
      await open(store, aRequest('jit_2'))
      await open(store, aRequest('jit_3', { details: [{ type: 'other' }] }))
      await open(store, aRequest('jit_4'))
      await deny(store, 'jit_4')
      const revoke = (id: string, sticks: boolean) =>
        store.revokeRequest(id, { at: NOW + 2, by: sticks ? 'u_bob' : 'agt_1', sticks })
      assert.equal((await revoke('jit_2', false)).won, true)
      assert.equal((await revoke('jit_2', false)).won, false)
      assert.deepEqual(await store.refused('task_1'), { count: 0, details: [] })
      assert.equal((await revoke('jit_1', true)).request?.state, 'revoked')
      const state = async (id: string) => (await store.request(id))?.state
      assert.equal(await state('jit_2'), 'revoked')
      assert.equal(await state('jit_3'), 'pending')
      assert.equal(await state('jit_4'), 'denied')
      assert.deepEqual(await store.refused('task_1'), { count: 1, details: [READ, READ] })
      assert.equal((await revoke('jit_1', true)).won, false)
    }),
  },
  {
    id: 'authority-store:suspends',
    title: 'the third denial suspends the task, in the same step',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      for (const id of ['jit_1', 'jit_2', 'jit_3']) await open(store, aRequest(id))
      assert.equal((await deny(store, 'jit_1')).suspended, undefined)
      assert.equal((await deny(store, 'jit_2')).suspended, undefined)
      const { won, suspended } = await deny(store, 'jit_3')
      assert.equal(won, true)
      assert.equal(suspended?.task.state, 'suspended')
      assert.equal(suspended?.task.endedBecause, 'denial_limit_exceeded')
      assert.equal(suspended?.task.denials, 3)
      assert.deepEqual(await store.task('task_1'), suspended?.task)
      assert.deepEqual(await open(store, aRequest('jit_4')), { kind: 'task-not-active' })
    }),
  },
  {
    id: 'authority-store:suspends',
    title:
      'a question too many for the risk score suspends, and one a person approved does not count',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      const limits = { suspendAt: { ...suspendAt, riskScore: 10 } }
      const risk = 'critical'
      const ask = (id: string) => open(store, aRequest(id, { risk }), limits)
      assert.equal((await ask('jit_1')).kind, 'opened')
      await approve(store, 'jit_1')
      assert.equal((await store.task('task_1'))?.riskScore, 0)
      assert.equal((await ask('jit_2')).kind, 'opened')
      const last = await ask('jit_3')
      assert.equal(last.kind, 'suspended')
      const task = await store.task('task_1')
      assert.equal(task?.state, 'suspended')
      assert.equal(task?.endedBecause, 'risk_threshold_exceeded')
      assert.equal(await store.request('jit_3'), undefined)
    }),
  },
]
