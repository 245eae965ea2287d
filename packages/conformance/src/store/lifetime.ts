import assert from 'node:assert/strict'
import type { SuiteCase } from '../suite-case.ts'
import type { OpenStoreCase } from './open-store.ts'

export function lifetimeCases(withStore: OpenStoreCase): readonly SuiteCase[] {
  return [
    {
      id: 'store:lifetime',
      title: 'a record lives for its ttl, and is gone at the very millisecond it ends',
      run: withStore(async ({ store, advance }) => {
        await store.put('k', 'v', { ttlMs: 1000 })
        await store.put('longer', 'v', { ttlMs: 1001 })
        await advance(999)
        assert.equal(await store.get('k'), 'v')
        await advance(1)
        assert.equal(await store.get('k'), undefined)
        assert.equal(await store.take('k'), undefined)
        assert.equal(await store.get('longer'), 'v')
      }),
    },
    {
      id: 'store:lifetime',
      title: 'what has ended is absent to take and to ifAbsent alike',
      run: withStore(async ({ store, advance }) => {
        await store.put('claim', 'dead owner', { ttlMs: 1000, ifAbsent: true })
        await advance(999)
        assert.equal(await store.put('claim', 'heir', { ttlMs: 1000, ifAbsent: true }), false)
        await advance(1)
        assert.equal(await store.take('claim', 'dead owner'), undefined)
        assert.equal(await store.put('claim', 'heir', { ttlMs: 1000, ifAbsent: true }), true)
        assert.equal(await store.get('claim'), 'heir')
      }),
    },
    {
      id: 'store:lifetime',
      title: 'writing again starts the ttl again, longer or shorter; a refused write does not',
      run: withStore(async ({ store, advance }) => {
        await store.put('longer', 'v', { ttlMs: 1000 })
        await store.put('longer', 'v', { ttlMs: 3000 })
        await store.put('shorter', 'v', { ttlMs: 3000 })
        await store.put('shorter', 'v', { ttlMs: 1000 })
        await store.put('kept', 'v', { ttlMs: 1000 })
        await store.put('kept', 'w', { ttlMs: 3000, ifAbsent: true })
        await advance(1000)
        assert.equal(await store.get('longer'), 'v')
        assert.equal(await store.get('shorter'), undefined)
        assert.equal(await store.get('kept'), undefined)
      }),
    },
  ]
}
