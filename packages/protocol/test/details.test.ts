import { describe, expect, it } from 'vitest'
import {
  type AuthorizationDetail,
  type AuthorizationDetails,
  type Comparison,
  canonical,
  compareGranted,
  covers,
  readDetails,
} from '../src/index.ts'

const file: AuthorizationDetail = { type: 'file_access', actions: ['read'], identifier: 'a' }

describe('canonical', () => {
  it('sorts members and sets, drops repeats and what a sibling covers', () => {
    const details: AuthorizationDetails = [
      { identifier: 'a', actions: ['write', 'read', 'write'], type: 'file_access' },
      file,
      { type: 'api_call', actions: ['GET'] },
    ]
    expect(canonical(details)).toBe(
      '[{"actions":["GET"],"type":"api_call"},{"actions":["read","write"],"identifier":"a","type":"file_access"}]',
    )
  })

  it('keeps other arrays as they stand, and the case of actions', () => {
    expect(canonical([{ type: 'x', actions: ['b', 'B'], steps: ['b', 'a', 'a'] }])).toBe(
      '[{"actions":["B","b"],"steps":["b","a","a"],"type":"x"}]',
    )
  })

  it('writes web locations as the URL standard does, and leaves others alone', () => {
    const locations = [
      'HTTPS://API.Example:443/a/../b?q=1',
      'https://api.example/b?q=1',
      '/b',
      'Urn:A',
    ]
    expect(canonical([{ type: 'x', locations }])).toBe(
      '[{"locations":["/b","Urn:A","https://api.example/b?q=1"],"type":"x"}]',
    )
    expect(canonical([{ type: 'x', locations: ['https://'] }])).toContain('"https://"')
  })

  it('does not normalise Unicode', () => {
    expect(canonical([{ type: '\u00e9' }])).not.toBe(canonical([{ type: 'e\u0301' }]))
  })

  it('keeps a member called __proto__ an ordinary member', () => {
    const plain = JSON.parse('[{"type":"x"}]') as AuthorizationDetails
    const poisoned = JSON.parse('[{"type":"x","__proto__":{"admin":true}}]') as AuthorizationDetails
    expect(canonical(poisoned)).toBe('[{"__proto__":{"admin":true},"type":"x"}]')
    expect(covers(plain, poisoned)).toBe(false)
    expect(covers(poisoned, plain)).toBe(false)
    expect(Object.prototype).not.toHaveProperty('admin')
  })

  it('leaves out members that are undefined', () => {
    expect(canonical([{ type: 'x', note: undefined }])).toBe('[{"type":"x"}]')
  })
})

const comparisons: readonly [
  title: string,
  granted: AuthorizationDetails,
  asked: AuthorizationDetails,
  comparison: Comparison,
][] = [
  ['the same', [file], [file], 'equal'],
  ['fewer actions', [file], [{ ...file, actions: ['read', 'write'] }], 'narrower'],
  ['more actions', [{ ...file, actions: ['read', 'write'] }], [file], 'broader'],
  ['actions in another case', [{ ...file, actions: ['READ'] }], [file], 'unrelated'],
  ['another type', [{ ...file, type: 'payment' }], [file], 'unrelated'],
  ['another identifier', [{ ...file, identifier: 'b' }], [file], 'unrelated'],
  ['one object of two', [file], [file, { type: 'payment' }], 'narrower'],
  ['an object nobody asked for', [file, { type: 'payment' }], [file], 'broader'],
  ['one exchanged for another', [file, { type: 'payment' }], [file, { type: 'x' }], 'unrelated'],
  ['the identifier dropped', [{ type: file.type, actions: ['read'] }], [file], 'unrelated'],
  ['the actions dropped', [{ type: file.type, identifier: 'a' }], [file], 'unrelated'],
  ['the locations dropped', [file], [{ ...file, locations: ['https://a.example'] }], 'unrelated'],
  [
    'the same location in other words',
    [{ ...file, locations: ['https://A.example/'] }],
    [{ ...file, locations: ['https://a.example:443'] }],
    'equal',
  ],
  [
    'an identifier filled in (RFC 9396 §7.1)',
    [file],
    [{ type: file.type, actions: ['read'] }],
    'unknown',
  ],
  ['a member of ours filled in', [{ ...file, expires: 7 }], [file], 'unknown'],
  ['a member we do not know, changed', [{ ...file, max: 1 }], [{ ...file, max: 2 }], 'unknown'],
  [
    'a member we do not know, changed, and fewer actions',
    [{ ...file, max: 1 }],
    [{ ...file, max: 2, actions: ['read', 'write'] }],
    'unknown',
  ],
  [
    'a member we do not know, changed, and more actions',
    [{ ...file, max: 1, actions: ['read', 'write'] }],
    [{ ...file, max: 2 }],
    'unrelated',
  ],
]

describe('compareGranted', () => {
  for (const [title, granted, asked, comparison] of comparisons) {
    it(`ask:granted-compared-when-stated — ${title}: ${comparison}`, () => {
      expect(compareGranted(granted, asked)).toBe(comparison)
    })
  }
})

describe('covers', () => {
  it('does not add up parts of two grants', () => {
    const parts: AuthorizationDetails = [file, { ...file, actions: ['write'] }]
    expect(covers(parts, [{ ...file, actions: ['read', 'write'] }])).toBe(false)
    expect(covers([{ ...file, actions: ['read', 'write'] }], parts)).toBe(true)
  })

  it('takes an absent member for no wildcard, on either side', () => {
    for (const member of [{ locations: ['https://a.example'] }, { datatypes: ['x'] }, { max: 1 }]) {
      expect(covers([file], [{ ...file, ...member }])).toBe(false)
      expect(covers([{ ...file, ...member }], [file])).toBe(false)
    }
    expect(covers([{ type: 'x', actions: [] }], [{ type: 'x' }])).toBe(false)
  })

  it('needs all four sets to hold', () => {
    for (const name of ['actions', 'locations', 'datatypes', 'privileges']) {
      const wide = { type: 'x', [name]: ['a', 'b'] }
      const small = { type: 'x', [name]: ['b'] }
      expect(covers([wide], [small]), name).toBe(true)
      expect(covers([small], [wide]), name).toBe(false)
    }
  })
})

describe('readDetails', () => {
  it('gives one object as an array', () => {
    expect(readDetails(file)).toEqual({ kind: 'details', details: [file] })
  })

  it('refuses what is no JSON, whoever made it', () => {
    const circular: Record<string, unknown> = { type: 'x' }
    circular.self = circular
    expect(readDetails(circular)).toEqual({ kind: 'unreadable', reason: 'too-deep' })
    for (const value of [1n, () => 1, Symbol('x'), Number.NaN, new Date(0), new Map()]) {
      expect(readDetails({ type: 'x', value })).toEqual({ kind: 'unreadable', reason: 'not-json' })
    }
    class Detail {
      type = 'x'
    }
    expect(readDetails(new Detail())).toEqual({ kind: 'unreadable', reason: 'no-type' })
    expect(readDetails(Object.create({ type: 'x' }))).toEqual({
      kind: 'unreadable',
      reason: 'no-type',
    })
    expect(readDetails({ type: 'x', at: [undefined] })).toEqual({
      kind: 'unreadable',
      reason: 'not-json',
    })
    expect(readDetails({ type: 'x', at: undefined }).kind).toBe('details')
  })

  it('accepts objects of another realm or without a prototype', () => {
    expect(readDetails(Object.assign(Object.create(null), { type: 'x' })).kind).toBe('details')
  })

  it('challenge:limits — shared references cannot make the walk longer than a body', () => {
    let looks = 0
    const leaf = new Proxy(Array(64).fill(1), {
      ownKeys(target) {
        looks++
        return Reflect.ownKeys(target)
      },
    })
    let value: unknown = leaf
    for (let level = 0; level < 6; level++) value = Array(64).fill(value)
    expect(readDetails({ type: 'x', value })).toEqual({ kind: 'unreadable', reason: 'too-large' })
    expect(looks).toBeLessThan(65536)
  })

  it('challenge:limits — every limit can be set', () => {
    const detail = { type: 'abcd', list: [[1, 2, 3]] }
    const reason = (limits: Parameters<typeof readDetails>[1]) => {
      const reading = readDetails([detail, detail], limits)
      return reading.kind === 'unreadable' ? reading.reason : reading.kind
    }
    expect(reason({ details: 2, depth: 3, members: 3, stringLength: 4 })).toBe('details')
    expect(reason({ details: 1 })).toBe('too-many')
    expect(reason({ depth: 2 })).toBe('too-deep')
    expect(reason({ members: 2 })).toBe('too-many')
    expect(reason({ stringLength: 3 })).toBe('too-large')
  })
})
