import { describe, expect, it } from 'vitest'
import { createJit } from '../src/engine.ts'
import { groundOf, type JitOptions } from '../src/options.ts'
import { API, authority, options } from './grounds.ts'

const bad = (more: object) => () => createJit({ ...options(), ...more } as JitOptions)
const invalid = (fix: RegExp) =>
  expect.objectContaining({ code: 'CONFIG_INVALID', fix: expect.stringMatching(fix) })

describe('options that cannot be used are refused before anything is sent', () => {
  it.each([
    ['no authority', { authority: undefined }, /lumoAuth\(\)/, { authority: authority().port }],
    [
      'an authority that is none',
      { authority: {} },
      /lumoAuth\(\)/,
      { authority: authority().port },
    ],
    [
      'no resources',
      { resources: undefined },
      /https:\/\//,
      { resources: ['https://api.example.com'] },
    ],
    [
      'empty resources',
      { resources: [] },
      /https:\/\//,
      { resources: ['https://api.example.com'] },
    ],
    ['a resource twice', { resources: [API, API] }, /once/, { resources: [API] }],
    ['ttl 0', { ttlSeconds: 0 }, /1 to 900/, { ttlSeconds: 1 }],
    ['ttl 901', { ttlSeconds: 901 }, /1 to 900/, { ttlSeconds: 900 }],
    ['ttl 1.5', { ttlSeconds: 1.5 }, /whole number/, { ttlSeconds: 2 }],
    ['ttl as text', { ttlSeconds: '600' }, /whole number/, { ttlSeconds: 600 }],
    ['ttl NaN', { ttlSeconds: Number.NaN }, /whole number/, { ttlSeconds: 600 }],
    ['budget.requests 0', { budget: { requests: 0 } }, /1 to/, { budget: { requests: 1 } }],
    ['budget.open -1', { budget: { open: -1 } }, /1 to/, { budget: { open: 1 } }],
    [
      'budget.open without end',
      { budget: { open: Number.POSITIVE_INFINITY } },
      /1 to/,
      { budget: { open: 1_000_000 } },
    ],
    [
      'a short stateKey',
      { stateKey: 'x'.repeat(31) },
      /32 random bytes/,
      { stateKey: 'x'.repeat(32) },
    ],
    ['an empty stateKey', { stateKey: '' }, /32 random bytes/, { stateKey: 'x'.repeat(44) }],
    [
      'no stateKey in the list',
      { stateKey: [] },
      /32 random bytes/,
      { stateKey: ['x'.repeat(32)] },
    ],
    [
      'one short of two',
      { stateKey: ['x'.repeat(32), 'y'] },
      /32 random bytes/,
      { stateKey: ['x'.repeat(32), 'y'.repeat(32)] },
    ],
    [
      'a stateKey that is no text',
      { stateKey: 7 },
      /32 random bytes/,
      { stateKey: 'x'.repeat(32) },
    ],
    [
      'a policy that is a function',
      { policy: () => ({ allow: true }) },
      /decide/,
      { policy: { decide: () => ({ allow: true }) } },
    ],
  ])('CONFIG_INVALID — %s, and its fix works', (_, wrong, fix, mended) => {
    expect(bad(wrong)).toThrow(invalid(fix))
    expect(bad(mended)).not.toThrow()
  })

  it('no options at all are CONFIG_INVALID, too', () => {
    expect(() => createJit(undefined as never)).toThrow(invalid(/lumoAuth/))
  })

  it('INSECURE_URL — a resource that is not protected', () => {
    expect(bad({ resources: ['http://api.example.com'] })).toThrow(
      expect.objectContaining({ code: 'INSECURE_URL' }),
    )
    expect(bad({ resources: ['http://127.0.0.1:8080'] })).not.toThrow()
  })

  it('nothing is asked of the authority by all this', () => {
    const served = authority()
    createJit(options({ authority: served.port }))
    expect(served.calls).toEqual([])
  })
})

describe('resource:types', () => {
  const careless = {
    manyDetails: false,
    scope: false,
    bindsAudience: false,
    tasks: 'server' as const,
  }
  const two = (types?: readonly string[]) =>
    [API, { url: 'https://b.example', ...(types ? { types } : {}) }] as const

  it('resource:types — without bound audiences every one of several resources must list its types', async () => {
    const { port } = authority({ capabilities: async () => careless })
    for (const resources of [two(), two(['x'])]) {
      const ground = groundOf(options({ authority: port, resources }))
      await expect(ground.capabilities()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        fix: expect.stringContaining('types'),
      })
    }
    const typed = [
      { url: API, types: ['a'] },
      { url: 'https://b.example', types: ['b'] },
    ] as const
    await expect(
      groundOf(options({ authority: port, resources: typed })).capabilities(),
    ).resolves.toBe(careless)
    await expect(groundOf(options({ authority: port })).capabilities(), 'one alone').resolves.toBe(
      careless,
    )
  })

  it('resource:types — with bound audiences nobody must', async () => {
    const ground = groundOf(options({ resources: two() }))
    await expect(ground.capabilities()).resolves.toMatchObject({ bindsAudience: true })
  })
})

describe('what is learned once', () => {
  it('capabilities are asked for once, and again only after a failure', async () => {
    let asked = 0
    const capabilities = async () => {
      asked += 1
      if (asked === 1) throw new Error('down')
      return { manyDetails: true, scope: true, bindsAudience: true, tasks: 'server' as const }
    }
    const ground = groundOf(options({ authority: authority({ capabilities }).port }))
    await expect(ground.capabilities()).rejects.toThrow('down')
    await Promise.all([ground.capabilities(), ground.capabilities()])
    await ground.capabilities()
    expect(asked).toBe(2)
  })

  it('handle:sealed — given keys are used as they are, the authority’s own only without any', async () => {
    const served = authority()
    const given = groundOf(
      options({ authority: served.port, stateKey: ['n'.repeat(32), 'o'.repeat(32)] }),
    )
    const keys = await given.stateKeys()
    expect(keys.map((key) => new TextDecoder().decode(key))).toEqual([
      'n'.repeat(32),
      'o'.repeat(32),
    ])
    expect(served.count('stateKey')).toBe(0)
    expect(await groundOf(options({ authority: served.port })).stateKeys()).toEqual([
      new Uint8Array(32).fill(7),
    ])
  })

  it('STATE_KEY_MISSING — says what to set, where neither is there', async () => {
    const { stateKey: _, ...keyless } = authority().port
    const ground = groundOf(options({ authority: keyless }))
    await expect(ground.stateKeys()).rejects.toMatchObject({
      code: 'STATE_KEY_MISSING',
      fix: expect.stringContaining('stateKey'),
    })
    const mended = groundOf(options({ authority: keyless, stateKey: 'x'.repeat(32) }))
    await expect(mended.stateKeys()).resolves.toHaveLength(1)
  })
})
