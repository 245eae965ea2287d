import assert from 'node:assert/strict'
import type { AuthorityStore } from '@lumojit/authority'
import type { SuiteCase } from '../suite-case.ts'
import type { WithStore } from './open-authority-store.ts'
import { approve, aRequest, aTask, deny, NOW, open } from './records.ts'

const HOOK = 'https://hooks.example/jit'
const OTHER = 'https://other.example/jit'
const take = (store: AuthorityStore, at: number) =>
  store.takeDeliveries(at, { most: 10, leaseMs: 100 })

export const deliveryCases = (withStore: WithStore): readonly SuiteCase[] => [
  {
    id: 'authority-store:deliveries',
    title: 'what a webhook wants to hear is owed to it by the very change, and nothing else is',
    run: withStore(async ({ store, second }) => {
      const events = ['request.pending', 'request.approved', 'task.suspended']
      for (const each of [store, second])
        each?.subscribe([
          { url: HOOK, events },
          { url: OTHER, events: ['request.denied'] },
        ])
      await store.addTask(aTask())
      await open(store, aRequest('jit_1'))
      await open(second ?? store, aRequest('jit_2'))
      await open(store, aRequest('granted', { state: 'approved', redeemUntil: NOW + 9 }))
      await approve(second ?? store, 'jit_1')
      await approve(store, 'jit_1')
      await deny(store, 'jit_2')
      await store.endTask('task_1', { state: 'suspended', at: NOW + 2, by: 'user:u_bob' })
      const { items, total } = await store.deliveryPage({}, { limit: 10 })
      assert.equal(total, 5)
      const told = items.map(({ url, event, requestId }) => [url, event, requestId].join(' '))
      assert.deepEqual(told.sort(), [
        `${HOOK} request.approved jit_1`,
        `${HOOK} request.pending jit_1`,
        `${HOOK} request.pending jit_2`,
        `${HOOK} task.suspended `,
        `${OTHER} request.denied jit_2`,
      ])
      assert.ok(items.every(({ taskId, attempts }) => taskId === 'task_1' && attempts === 0))
      assert.equal(new Set(items.map(({ id }) => id)).size, 5)
      assert.deepEqual(await store.deliveryCounts(), [
        { url: HOOK, due: 4, dead: 0 },
        { url: OTHER, due: 1, dead: 0 },
      ])
      store.subscribe([])
      await store.addTask(aTask('task_2'))
      await open(store, aRequest('jit_3', { taskId: 'task_2' }))
      assert.equal((await store.deliveryPage({}, { limit: 1 })).total, 5)
    }),
  },
  {
    id: 'authority-store:deliveries',
    title: 'each that is due is taken by one, tried again at its time, and kept once given up',
    run: withStore(async ({ store, second, reopen }) => {
      store.subscribe([{ url: HOOK, events: ['request.pending'] }])
      await store.addTask(aTask())
      for (let nth = 0; nth < 6; nth++) await open(store, aRequest(`jit_${nth}`))
      const taken = await Promise.all(
        Array.from({ length: 10 }, (_, nth) =>
          take(nth % 2 === 1 ? (second ?? store) : store, NOW),
        ),
      )
      const [first, next, ...rest] = taken.flat()
      assert.equal(rest.length, 4)
      assert.ok(first && next)
      assert.deepEqual(await take(store, NOW + 99), [])
      await store.settleDelivery(first, { status: 200, delivered: true })
      await store.settleDelivery(next, { status: 500, delivered: false, retryAt: NOW + 50 })
      for (const each of rest) await store.settleDelivery(each, { status: 0, delivered: false })
      assert.deepEqual(await take(store, NOW + 49), [])
      const [again] = await take(store, NOW + 50)
      assert.deepEqual([again?.id, again?.attempts, again?.lastStatus], [next.id, 1, 500])
      // Whoever comes late with the outcome of the try before changes nothing.
      await store.settleDelivery(next, { status: 200, delivered: true })
      assert.deepEqual(await store.deliveryCounts(), [{ url: HOOK, due: 1, dead: 4 }])
      const dead = await store.deliveryPage({ state: 'dead' }, { limit: 3 })
      assert.deepEqual([dead.items.length, dead.total], [3, 4])
      const more = await store.deliveryPage({ state: 'dead' }, { limit: 3, after: dead.next ?? [] })
      assert.equal(more.items.length, 1)
      const [one] = dead.items
      assert.deepEqual([one?.due, one?.attempts, one?.lastStatus], [undefined, 1, 0])
      const retried = await store.retryDelivery(one?.id ?? '', NOW + 60)
      assert.deepEqual([retried?.due, retried?.attempts], [NOW + 60, 0])
      assert.equal(await store.retryDelivery(one?.id ?? '', NOW + 60), undefined)
      assert.equal((await take(store, NOW + 60)).length, 1)
      if (!reopen) return
      const count = [{ url: HOOK, due: 2, dead: 3 }]
      assert.deepEqual(await (await reopen()).deliveryCounts(), count)
    }),
  },
]
