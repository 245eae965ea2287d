import assert from 'node:assert/strict'
import type { SuiteCase } from '../suite-case.ts'
import type { OpenStoreCase } from './open-store.ts'

export function survivalCases(withStore: OpenStoreCase): readonly SuiteCase[] {
  return [
    {
      id: 'challenge-id:survives-the-process',
      title: 'its records are there for the next process, with the ttl still running',
      run: withStore(async ({ store, advance, reopen }) => {
        assert.ok(reopen, 'it is said to outlive its process, and cannot be opened again')
        await store.put('kept', 'v', { ttlMs: 2000 })
        await store.put('taken', 'v', { ttlMs: 2000 })
        await store.take('taken')
        const again = await reopen()
        assert.equal(await again.get('kept'), 'v')
        assert.equal(await again.get('taken'), undefined)
        assert.equal(await again.put('kept', 'w', { ttlMs: 2000, ifAbsent: true }), false)
        await advance(2000)
        assert.equal(await again.get('kept'), undefined)
      }),
    },
  ]
}
