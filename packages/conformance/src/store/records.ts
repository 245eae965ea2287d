import assert from 'node:assert/strict'
import type { SuiteCase } from '../suite-case.ts'
import type { OpenStoreCase } from './open-store.ts'

const ttlMs = 60_000

/** Keys that have broken stores elsewhere: separators, wildcards, prefixes, NUL, look-alikes, half a surrogate pair. */
const ODD_KEYS = [
  '',
  ' ',
  'a',
  'A',
  'a ',
  'a\u0000b',
  'a\u0000',
  '%',
  '_',
  '*',
  "'; drop table record; --",
  '__proto__',
  'constructor',
  'toString',
  'null',
  '0',
  '00',
  'é',
  'e\u0301',
  '\ud83d\ude00',
  '\ud83d',
  '\ud83e',
  'claim|a|b',
  'claim|a',
  `long:${'k'.repeat(2048)}`,
]

export function recordCases(withStore: OpenStoreCase): readonly SuiteCase[] {
  return [
    {
      id: 'store:records',
      title: 'gives back what was put, and nothing for what was not',
      run: withStore(async ({ store }) => {
        assert.equal(await store.get('k'), undefined)
        assert.equal(await store.put('k', 'v', { ttlMs }), true)
        assert.equal(await store.get('k'), 'v')
        assert.equal(await store.get('other'), undefined)
        assert.equal(await store.put('k', 'w', { ttlMs }), true)
        assert.equal(await store.get('k'), 'w', 'a plain put replaces')
      }),
    },
    {
      id: 'store:records',
      title: 'take removes and returns, once',
      run: withStore(async ({ store }) => {
        await store.put('k', 'v', { ttlMs })
        assert.equal(await store.take('k'), 'v')
        assert.equal(await store.take('k'), undefined)
        assert.equal(await store.get('k'), undefined)
        assert.equal(await store.take('never there'), undefined)
      }),
    },
    {
      id: 'store:records',
      title: 'take with an expectation leaves another value where it is',
      run: withStore(async ({ store }) => {
        await store.put('k', 'mine', { ttlMs })
        assert.equal(await store.take('k', 'yours'), undefined)
        assert.equal(await store.take('k', ''), undefined, 'an empty expectation is an expectation')
        assert.equal(await store.get('k'), 'mine')
        assert.equal(await store.take('k', 'mine'), 'mine')
        assert.equal(await store.get('k'), undefined)
      }),
    },
    {
      id: 'store:records',
      title: 'ifAbsent writes only where nothing is, and says so',
      run: withStore(async ({ store }) => {
        assert.equal(await store.put('k', 'first', { ttlMs, ifAbsent: true }), true)
        assert.equal(await store.put('k', 'second', { ttlMs, ifAbsent: true }), false)
        assert.equal(await store.get('k'), 'first')
        assert.equal(await store.put('k', 'third', { ttlMs, ifAbsent: false }), true)
        assert.equal(await store.take('k'), 'third')
        assert.equal(await store.put('k', 'fourth', { ttlMs, ifAbsent: true }), true)
      }),
    },
    {
      id: 'store:any-text',
      title: 'keys are compared code unit by code unit, whatever they hold',
      run: withStore(async ({ store }) => {
        for (const [at, key] of ODD_KEYS.entries()) {
          const written = await store.put(key, `value ${at}`, { ttlMs, ifAbsent: true })
          assert.equal(written, true, `key ${at} collides with an earlier one`)
        }
        for (const [at, key] of ODD_KEYS.entries())
          assert.equal(await store.get(key), `value ${at}`)
        for (const [at, key] of ODD_KEYS.entries()) {
          assert.equal(await store.take(key), `value ${at}`)
        }
      }),
    },
    {
      id: 'store:any-text',
      title: 'values of any text up to 64 KiB come back unchanged',
      run: withStore(async ({ store }) => {
        const values = [
          '',
          '\u0000',
          '\ud83d',
          'é'.repeat(32 * 1024),
          'x'.repeat(64 * 1024),
          '"\\\n',
        ]
        for (const value of values) {
          await store.put('k', value, { ttlMs })
          assert.ok(
            (await store.get('k')) === value,
            `a value of ${value.length} characters changed`,
          )
          assert.ok((await store.take('k', value)) === value, 'an equal expectation did not match')
        }
      }),
    },
  ]
}
