import assert from 'node:assert/strict'
import type { AuthorityStore } from '@lumojit/authority'
import type { SuiteCase } from '../suite-case.ts'
import type { OpenAuthorityStore, WithStore } from './open-authority-store.ts'
import {
  approve,
  aRequest,
  aTask,
  aToken,
  deny,
  isAlive,
  NOW,
  open,
  withApproved,
} from './records.ts'

const MANY = Array.from({ length: 40 }, (_, nth) => nth)

/** Half of the callers come through the other connection, if there is one. */
const from = ({ store, second }: OpenAuthorityStore, nth: number): AuthorityStore =>
  nth % 2 === 1 && second ? second : store

export const raceCases = (withStore: WithStore): readonly SuiteCase[] => [
  {
    id: 'authority-store:one-winner',
    title: 'of many who decide at once one wins, and all see its decision',
    run: withStore(async (opened) => {
      await opened.store.addTask(aTask())
      for (let round = 0; round < 5; round++) {
        const id = `jit_${round}`
        await open(opened.store, aRequest(id))
        const results = await Promise.all(
          MANY.map((nth) =>
            nth % 3 === 0 && round < 2
              ? deny(from(opened, nth), id)
              : approve(from(opened, nth), id),
          ),
        )
        const winners = results.filter(({ won }) => won)
        assert.equal(winners.length, 1)
        const decided = winners[0]?.request?.state
        assert.equal((await opened.store.request(id))?.state, decided)
        for (const { request } of results) assert.equal(request?.state, decided)
      }
      assert.ok(((await opened.store.task('task_1'))?.denials ?? 9) <= 2)
    }),
  },
  {
    id: 'authority-store:one-winner',
    title: 'many who ask the same question at once open one request',
    run: withStore(async (opened) => {
      await opened.store.addTask(aTask())
      const openings = await Promise.all(
        MANY.map((nth) => open(from(opened, nth), aRequest(`jit_${nth}`, { unit: 'same' }))),
      )
      const ids = openings.map((each) => ('request' in each ? each.request.id : each.kind))
      assert.equal(openings.filter(({ kind }) => kind === 'opened').length, 1)
      assert.equal(new Set(ids).size, 1)
      assert.equal((await opened.store.pending(NOW)).length, 1)
    }),
  },
  {
    id: 'authority-store:one-winner',
    title: 'the number of open questions holds against many at once',
    run: withStore(async (opened) => {
      await opened.store.addTask(aTask())
      const openings = await Promise.all(
        MANY.map((nth) => open(from(opened, nth), aRequest(`jit_${nth}`), { maxOpen: 7 })),
      )
      assert.equal(openings.filter(({ kind }) => kind === 'opened').length, 7)
      assert.equal(openings.filter(({ kind }) => kind === 'too-many').length, MANY.length - 7)
    }),
  },
  {
    id: 'authority-store:one-winner',
    title: 'of many tokens redeemed at once one is alive',
    run: withStore(async (opened) => {
      await withApproved(opened.store)
      const jtis = MANY.map((nth) => `t${nth}`)
      await Promise.all(
        jtis.map((jti, nth) => from(opened, nth).redeem('jit_1', aToken(jti), NOW + 2)),
      )
      const alive = await Promise.all(jtis.map((jti) => isAlive(opened.store, jti, NOW + 3)))
      assert.equal(alive.filter(Boolean).length, 1)
      assert.equal((await opened.store.eventsAfter(0, NOW + 3)).length, MANY.length - 1)
    }),
  },
  {
    id: 'authority-store:one-winner',
    title: 'a task that ends while tokens are redeemed leaves none alive and none untold',
    run: withStore(async (opened) => {
      await withApproved(opened.store)
      const jtis = MANY.map((nth) => `t${nth}`)
      const end = { state: 'completed', at: NOW + 2, by: 'agent:agt_1' } as const
      const [ends] = await Promise.all([
        Promise.all([0, 1, 2, 3].map((nth) => from(opened, nth).endTask('task_1', end))),
        ...jtis.map((jti, nth) => from(opened, nth).redeem('jit_1', aToken(jti), NOW + 2)),
      ])
      assert.equal(ends.filter(({ won }) => won).length, 1)
      for (const jti of jtis) assert.equal(await isAlive(opened.store, jti, NOW + 3), false)
    }),
  },
  {
    id: 'authority-store:one-winner',
    title: 'of many first keys one is kept, and so of each generation',
    run: withStore(async (opened) => {
      const key = (generation: number, nth: number) => ({
        generation,
        jwk: { kty: 'EC', kid: `k${generation}.${nth}` },
        signsFrom: NOW,
      })
      const change = { at: NOW, by: 'authority', retireAt: NOW + 10 }
      for (const generation of [1, 2]) {
        const won = await Promise.all(
          MANY.map((nth) => from(opened, nth).addKey(key(generation, nth), change)),
        )
        assert.equal(won.filter(Boolean).length, 1)
        const kept = (await opened.store.keys())[0]
        assert.deepEqual(kept, key(generation, won.indexOf(true)))
      }
      const [newest, older] = await opened.store.keys()
      assert.deepEqual([newest?.verifiesUntil, older?.verifiesUntil], [undefined, NOW + 10])
      const third = { at: NOW + 10, by: 'authority', retireAt: NOW + 20 }
      assert.equal(await opened.store.addKey(key(4, 0), third), false)
      assert.equal(await opened.store.addKey(key(3, 0), third), true)
      assert.deepEqual(
        (await opened.store.keys()).map(({ generation }) => generation),
        [3, 2],
      )
    }),
  },
  {
    id: 'authority-store:one-winner',
    title: 'a wake-up that is due is taken by one, comes back when it fails, and tells later news',
    run: withStore(async (opened) => {
      const { store } = opened
      const callbackUrl = 'https://agent.example/hook'
      await store.addTask(aTask())
      await open(store, aRequest('jit_1', { callbackUrl }))
      const take = (at: number, nth = 0) =>
        from(opened, nth).takeCallbacks(at, { most: 10, leaseMs: 100 })
      assert.deepEqual(await take(NOW + 1), [])
      await approve(store, 'jit_1', NOW + 2)
      const taken = (await Promise.all(MANY.map((nth) => take(NOW + 3, nth)))).flat()
      assert.deepEqual(
        taken.map(({ requestId, url, attempts }) => [requestId, url, attempts]),
        [['jit_1', callbackUrl, 0]],
      )
      const owed = taken[0]
      assert.ok(owed)
      await store.settleCallback(owed, { retryAt: NOW + 50 })
      assert.deepEqual(await take(NOW + 49), [])
      const [again] = await take(NOW + 50)
      assert.ok(again)
      assert.deepEqual([again.attempts, again.id], [1, owed.id])
      await store.revokeRequest('jit_1', { at: NOW + 51, by: 'u_bob', sticks: true })
      await store.settleCallback(again, {})
      const [news] = await take(NOW + 52)
      assert.ok(news)
      await store.settleCallback(news, {})
      assert.deepEqual(await take(NOW * 9), [])
    }),
  },
]
