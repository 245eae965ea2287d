import { describe, expect, it } from 'vitest'
import { canonicalJson, type Json } from '../src/index.ts'

describe('canonicalJson, RFC 8785', () => {
  it('the example of §3.2.2', () => {
    const value: Json = {
      numbers: JSON.parse(
        '[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]',
      ) as Json,
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it('the order of members of §3.2.3: by UTF-16 code unit', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7)
    expect([...canonicalJson(value).matchAll(/:"([A-Z][a-z]+)/g)].map(([, word]) => word)).toEqual([
      'Carriage',
      'One',
      'Control',
      'Latin',
      'Euro',
      'Emoji',
      'Hebrew',
    ])
  })

  const numbers: readonly [bits: string, text: string][] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ]
  for (const [bits, text] of numbers) {
    it(`the number ${bits} of appendix B is ${text}`, () => {
      const view = new DataView(new ArrayBuffer(8))
      view.setBigUint64(0, BigInt(`0x${bits}`))
      expect(canonicalJson(view.getFloat64(0))).toBe(text)
    })
  }

  it('refuses what JSON cannot hold', () => {
    const deep = JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`) as Json
    const circular: unknown[] = []
    circular.push(circular)
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1n,
      undefined,
      [undefined],
      { x: () => 1 },
      Symbol('x'),
      new Date(0),
      new (class Detail {})(),
      '\ud800',
      { '\udc00': 1 },
      deep,
      circular,
    ]) {
      expect(() => canonicalJson(value as Json)).toThrow(TypeError)
    }
  })

  it('leaves out undefined members, keeps __proto__, and accepts paired surrogates', () => {
    expect(canonicalJson({ b: undefined, a: '😀' } as unknown as Json)).toBe('{"a":"😀"}')
    expect(canonicalJson(JSON.parse('{"__proto__":1,"A":2}') as Json)).toBe('{"A":2,"__proto__":1}')
  })
})
