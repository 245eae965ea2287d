import assert from 'node:assert/strict'
import type { SuiteCase } from '../suite-case.ts'
import type { OpenStoreCase } from './open-store.ts'

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
          const ticket = `t${round}`
          // Plain takes, expecting takes, and both against each other.
          const expects = (at: number) => (round % 3 === 2 ? at % 2 === 1 : round % 3 === 1)
          await store.put('ticket', ticket, { ttlMs })
          const got = await Promise.all(
            CALLERS.map((_, at) => store.take('ticket', ...(expects(at) ? [ticket] : []))),
          )
          const had = got.filter((value) => value !== undefined)
          assert.deepEqual(had, [ticket])
        }
      }),
    },
  ]
}
