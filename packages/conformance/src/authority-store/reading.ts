import assert from 'node:assert/strict'
import type { AuthorityStore, Page } from '@lumojit/authority'
import type { AuthorizationDetails } from '@lumojit/protocol'
import type { SuiteCase } from '../suite-case.ts'
import type { WithStore } from './open-authority-store.ts'
import {
  approve,
  aRequest,
  aTask,
  aToken,
  END,
  NOW,
  open,
  PENDING_UNTIL,
  REDEEM_UNTIL,
  withApproved,
} from './records.ts'

type Read<T> = (window: {
  readonly limit: number
  readonly after?: readonly (string | number)[]
}) => Promise<{ readonly items: readonly T[]; readonly total: number } & Ends>
interface Ends {
  readonly next?: readonly (string | number)[]
}

/** All of a list, read in parts of two; each part tells the same total. */
const inParts = async <T>(read: Read<T>): Promise<Pick<Page<T>, 'items' | 'total'>> => {
  const first = await read({ limit: 2 })
  const items = [...first.items]
  for (let { next } = first; next !== undefined; ) {
    const part = await read({ limit: 2, after: next })
    assert.equal(part.total, first.total)
    assert.ok(part.items.length > 0, 'a page that was announced is empty')
    items.push(...part.items)
    next = part.next as typeof next
  }
  return { items, total: first.total }
}

const pendingIds = async (store: AuthorityStore, at: number) => {
  const { items, total } = await inParts((window) => store.pendingPage(at, window))
  assert.equal(items.length, total)
  return items.map(({ request }) => request.id)
}

export const readingCases = (withStore: WithStore): readonly SuiteCase[] => [
  {
    id: 'authority-store:reading',
    title: 'what waits is listed riskiest first, then oldest, and only what can be decided',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask())
      await store.addTask(aTask('task_2'))
      const risks = ['low', 'critical', 'high', 'critical', 'medium', 'high'] as const
      for (const [nth, risk] of risks.entries())
        await open(store, aRequest(`jit_${nth}`, { risk, createdAt: NOW + 10 - nth }))
      await open(store, aRequest('jit_6', { createdAt: NOW + 4, risk: 'critical' }))
      await open(store, aRequest('short', { pendingUntil: NOW + 5, risk: 'critical' }))
      await open(store, aRequest('granted', { state: 'approved', redeemUntil: REDEEM_UNTIL }))
      await open(store, aRequest('other', { taskId: 'task_2', risk: 'critical', createdAt: NOW }))
      const rest = ['jit_6', 'jit_3', 'jit_1', 'jit_5', 'jit_2', 'jit_4', 'jit_0']
      assert.deepEqual(await pendingIds(store, NOW + 4), ['other', 'short', ...rest])
      assert.deepEqual(await pendingIds(store, NOW + 5), ['other', ...rest])
      await approve(store, 'jit_3')
      await store.deny('jit_1', {
        at: NOW + 1,
        by: 'u_bob',
        suspendAt: { denials: 9, riskScore: 999 },
      })
      await store.revokeRequest('jit_6', { at: NOW + 1, by: 'agt_1', sticks: false })
      await store.endTask('task_2', { state: 'completed', at: NOW + 5, by: 'agent:agt_1' })
      assert.deepEqual(await pendingIds(store, NOW + 6), ['jit_5', 'jit_2', 'jit_4', 'jit_0'])
      assert.deepEqual(await pendingIds(store, PENDING_UNTIL), [])
    }),
  },
  {
    id: 'authority-store:reading',
    title: 'each that waits comes with its task and with what that holds',
    run: withStore(async ({ store }) => {
      await withApproved(store)
      await open(store, aRequest('jit_2'))
      const holds = async (at: number) =>
        (await store.pendingPage(at, { limit: 9 })).items[0]?.holds
      assert.equal(await holds(NOW + 2), 0)
      await store.redeem('jit_1', aToken('t1', { expiresAt: NOW + 50 }), NOW + 2)
      await store.redeem('jit_1', aToken('t2', { expiresAt: NOW + 60 }), NOW + 3)
      const [item] = (await store.pendingPage(NOW + 4, { limit: 9 })).items
      assert.deepEqual(item?.request, await store.request('jit_2'))
      assert.deepEqual(item?.task, await store.task('task_1'))
      assert.equal(item?.holds, 1)
      assert.equal(await holds(NOW + 60), 0)
    }),
  },
  {
    id: 'authority-store:reading',
    title: 'grants are those whose token lives: not past, not given back, not of an ended task',
    run: withStore(async ({ store }) => {
      for (const id of ['task_1', 'task_2']) await store.addTask(aTask(id))
      for (let nth = 0; nth < 5; nth++) {
        const id = `jit_${nth}`
        const taskId = nth === 4 ? 'task_2' : 'task_1'
        const details: AuthorizationDetails = [{ type: `type ${nth}` }]
        const granted = { taskId, details, state: 'approved', redeemUntil: END } as const
        await open(store, aRequest(id, granted))
        const expiresAt = NOW + 100 - nth
        await store.redeem(id, aToken(`t${nth}`, { requestId: id, taskId, expiresAt }), NOW)
      }
      const ids = async (at: number, filter = {}) => {
        const { items, total } = await inParts((window) => store.grantPage(at, filter, window))
        assert.equal(items.length, total)
        return items.map(({ request }) => request.id)
      }
      assert.deepEqual(await ids(NOW + 1), ['jit_4', 'jit_3', 'jit_2', 'jit_1', 'jit_0'])
      assert.deepEqual(await ids(NOW + 1, { taskId: 'task_2' }), ['jit_4'])
      assert.deepEqual(await ids(NOW + 97), ['jit_2', 'jit_1', 'jit_0'])
      await store.revokeToken('t1', 'agt_1', NOW + 2)
      await store.revokeRequest('jit_2', { at: NOW + 2, by: 'u_bob', sticks: true })
      await store.endTask('task_2', { state: 'completed', at: NOW + 3, by: 'agent:agt_1' })
      assert.deepEqual(await ids(NOW + 4), ['jit_3', 'jit_0'])
      assert.deepEqual(await ids(NOW + 4, { taskId: 'task_2' }), [])
    }),
  },
  {
    id: 'authority-store:reading',
    title: 'tasks newest first, by how they stand and by agent, with what they wait for and hold',
    run: withStore(async ({ store }) => {
      for (let nth = 0; nth < 5; nth++)
        await store.addTask(
          aTask(`task_${nth}`, {
            createdAt: NOW + Math.floor(nth / 2),
            agentId: nth === 1 ? 'agt_2' : 'agt_1',
            ...(nth === 3 && { expiresAt: NOW + 10 }),
          }),
        )
      await open(store, aRequest('jit_1', { taskId: 'task_0' }))
      await open(
        store,
        aRequest('jit_2', { taskId: 'task_0', state: 'approved', redeemUntil: END }),
      )
      await store.redeem('jit_2', aToken('t', { requestId: 'jit_2', taskId: 'task_0' }), NOW)
      await store.endTask('task_2', { state: 'completed', at: NOW + 5, by: 'agent:agt_1' })
      const ids = async (filter = {}, at = NOW + 20) => {
        const { items, total } = await inParts((window) => store.taskPage(at, filter, window))
        assert.equal(items.length, total)
        return items.map(({ task }) => task.id)
      }
      assert.deepEqual(await ids(), ['task_4', 'task_3', 'task_2', 'task_1', 'task_0'])
      assert.deepEqual(await ids({ state: 'active' }), ['task_4', 'task_1', 'task_0'])
      assert.deepEqual(await ids({ state: 'expired' }), ['task_3'])
      assert.deepEqual(await ids({ state: 'completed' }), ['task_2'])
      assert.deepEqual(await ids({ state: 'suspended' }), [])
      assert.deepEqual(await ids({ agentId: 'agt_2' }), ['task_1'])
      assert.deepEqual(await ids({ state: 'active' }, NOW + 9).then((all) => all.length), 4)
      const last = (await store.taskPage(NOW + 6, {}, { limit: 9 })).items.at(-1)
      assert.deepEqual([last?.pending, last?.holds], [1, 1])
      await store.endTask('task_0', { state: 'completed', at: NOW + 7, by: 'agent:agt_1' })
      const ended = (await store.taskPage(NOW + 8, {}, { limit: 9 })).items.at(-1)
      assert.deepEqual([ended?.pending, ended?.holds], [0, 0])
      const asked = await store.requestsOf('task_0')
      assert.deepEqual(
        asked.map(({ id }) => id),
        ['jit_1', 'jit_2'],
      )
    }),
  },
  {
    id: 'authority-store:reading',
    title: 'the audit newest first, by chain, kind, actor and time',
    run: withStore(async ({ store }) => {
      await store.addTask(aTask('task_%'))
      await withApproved(store)
      const read = async (filter = {}) => {
        const { items, total } = await inParts((window) => store.auditPage(filter, window))
        assert.equal(items.length, total)
        return items.map(({ chain, kind }) => `${chain} ${kind}`)
      }
      const approved = 'task_1 request.approved'
      const opened = 'task_1 request.opened'
      assert.deepEqual(await read(), [approved, opened, 'task_1 task.opened', 'task_% task.opened'])
      assert.deepEqual(await read({ chain: 'task_%' }), ['task_% task.opened'])
      assert.deepEqual(await read({ kind: 'request.' }), [approved, opened])
      assert.deepEqual(await read({ kind: 'request_' }), [])
      assert.deepEqual(await read({ by: 'user:' }), [approved])
      assert.deepEqual(await read({ since: NOW + 1 }), [approved])
      assert.deepEqual(await read({ until: NOW, kind: 'request' }), [opened])
      const [entry] = (await store.auditPage({ kind: 'request.approved' }, { limit: 1 })).items
      assert.deepEqual(entry, (await store.audit('task_1'))[2])
    }),
  },
]
