import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '../src/index.ts'

const CANARY = 'canary-7f3a9c'

/** Every way in which a value commonly becomes text or another value. */
const ways: readonly [name: string, leak: (secret: Secret) => unknown][] = [
  ['util.inspect', (secret) => inspect(secret)],
  [
    'util.inspect with everything shown',
    (secret) => inspect(secret, { showHidden: true, depth: 9 }),
  ],
  [
    'util.inspect without custom functions',
    (secret) => inspect(secret, { customInspect: false, showHidden: true }),
  ],
  ['inspected inside another object', (secret) => inspect({ deep: [{ secret }] }, { depth: 9 })],
  ['JSON.stringify', (secret) => JSON.stringify({ secret })],
  ['String', (secret) => String(secret)],
  ['a template', (secret) => `${secret}`],
  ['joining', (secret) => ['a', secret].join(' ')],
  ['spreading', (secret) => inspect({ ...secret })],
  ['structuredClone', (secret) => inspect(structuredClone(secret), { showHidden: true })],
  ['Object.entries', (secret) => inspect(Object.entries(secret))],
  ['own names and symbols', (secret) => inspect(Reflect.ownKeys(secret))],
  ['Object.assign', (secret) => inspect(Object.assign({}, secret), { showHidden: true })],
  ['own property descriptors', (secret) => inspect(Object.getOwnPropertyDescriptors(secret))],
  [
    'an error that mentions it',
    (secret) => inspect(new Error(`with ${secret}`, { cause: secret })),
  ],
  [
    'console format %o',
    (secret) => inspect(secret, { showProxy: true, showHidden: true, depth: 4 }),
  ],
]

describe('Secret', () => {
  for (const [name, leak] of ways) {
    it(`token:never-in — ${name}`, () => {
      const text = String(leak(new Secret(CANARY)))
      expect(text).not.toContain(CANARY)
      // The control: the same look at a plain object finds the canary, or the look sees nothing at all.
      expect(inspect({ value: CANARY })).toContain(CANARY)
    })
  }

  it('says what it is, and gives its value only to who asks for it', () => {
    const secret = new Secret(CANARY)
    expect([String(secret), inspect(secret), JSON.stringify(secret)]).toEqual([
      '[secret]',
      '[secret]',
      '"[secret]"',
    ])
    expect(secret.reveal()).toBe(CANARY)
  })
})
