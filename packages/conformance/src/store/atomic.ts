import assert from 'node:assert/strict'
import type { SuiteCase } from '../suite-case.ts'
import type { OpenStoreCase } from './test-store.ts'

const ttlMs = 60_000
const CALLERS = Array.from({ length: 100 }, (_, at) => `caller ${at}`)

export function atomicCases(withStore: OpenStoreCase): readonly SuiteCase[] {
  return [
    {
      id: 'claim:one-winner',
      title: 'of 100 callers who claim the same key at once, exactly one gets it',
      run: withStore(async ({ store }) => {
        for (let round = 0; round < 10; round += 1) {
          const key = `claim ${round}`
          const won = await Promise.all(
            CALLERS.map((caller) => store.put(key, caller, { ttlMs, ifAbsent: true })),
          )
          assert.equal(won.filter(Boolean).length, 1)
          assert.equal(await store.get(key), CALLERS[won.indexOf(true)])
        }
      }),
    },
    {
      id: 'claim:one-winner',
      title: 'a claim whose owner died is taken over by exactly one of 100',
      run: withStore(async ({ store, advance }) => {
        await store.put('claim', 'dead', { ttlMs: 1000, ifAbsent: true })
        await advance(1000)
        const won = await Promise.all(
          CALLERS.map((caller) => store.put('claim', caller, { ttlMs, ifAbsent: true })),
        )
        assert.equal(won.filter(Boolean).length, 1)
        assert.equal(await store.get('claim'), CALLERS[won.indexOf(true)])
      }),
    },
    {
      id: 'store:take-once',
      title: 'of 100 callers who take the same record at once, exactly one has it',
      run: withStore(async ({ store }) => {
        for (let round = 0; round < 10; round += 1) {
          await store.put('ticket', `t${round}`, { ttlMs })
          const got = await Promise.all(
            CALLERS.map((_, at) =>
              at % 2 ? store.take('ticket') : store.take('ticket', `t${round}`),
            ),
          )
          assert.deepEqual(
            got.filter((value) => value !== undefined),
            [`t${round}`],
          )
        }
      }),
    },
  ]
}
