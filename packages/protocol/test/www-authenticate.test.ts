import { describe, expect, it } from 'vitest'
import { formatWwwAuthenticate, parseWwwAuthenticate } from '../src/index.ts'

const flat = (header: string | null) =>
  parseWwwAuthenticate(header).map(({ scheme, token68, parameters }) => [
    scheme,
    token68 ?? Object.fromEntries(parameters),
  ])

const cases: readonly [title: string, header: string | null, expected: unknown[]][] = [
  ['no header', null, []],
  ['an empty header', '', []],
  ['commas and blanks alone', ' ,\t, ', []],
  ['a scheme alone', 'Negotiate', [['Negotiate', {}]]],
  [
    'two schemes alone',
    'Negotiate,NTLM',
    [
      ['Negotiate', {}],
      ['NTLM', {}],
    ],
  ],
  ['a token68', 'Negotiate YWJj==', [['Negotiate', 'YWJj==']]],
  [
    'a token68, then another challenge',
    'Negotiate a/b+c=, Basic realm=x',
    [
      ['Negotiate', 'a/b+c='],
      ['Basic', { realm: 'x' }],
    ],
  ],
  [
    'the example of RFC 9110 §11.6.1',
    'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
    [
      ['Basic', { realm: 'simple' }],
      ['Newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
    ],
  ],
  [
    'blanks around the equals sign',
    'Bearer error \t= \t"x" ,a= b',
    [['Bearer', { error: 'x', a: 'b' }]],
  ],
  ['names in capitals', 'BEARER Error="X"', [['BEARER', { error: 'X' }]]],
  ['a repeated name: the first counts', 'Bearer a=1, a=2', [['Bearer', { a: '1' }]]],
  [
    'commas and schemes inside quotes',
    'Bearer a="x, Basic b=\\\\", b="\\c"',
    [['Bearer', { a: 'x, Basic b=\\', b: 'c' }]],
  ],
  ['an empty quoted string', 'Bearer a=""', [['Bearer', { a: '' }]]],
  ['unquoted base64', 'Bearer a=eyJ/+==, b=1', [['Bearer', { a: 'eyJ/+==', b: '1' }]]],
  [
    'a missing comma',
    'Bearer a="1" b=2 DPoP c=3',
    [
      ['Bearer', { a: '1', b: '2' }],
      ['DPoP', { c: '3' }],
    ],
  ],
  [
    'parameters called like members of every object',
    'Bearer __proto__=1, constructor="2"',
    [
      [
        'Bearer',
        Object.fromEntries([
          ['__proto__', '1'],
          ['constructor', '2'],
        ]),
      ],
    ],
  ],
  ['a tail that is malformed', 'Bearer a=1, "x"', [['Bearer', { a: '1' }]]],
  ['a quoted string that is not closed', 'Bearer a=1, b="x', [['Bearer', { a: '1' }]]],
  ['a backslash at the end', 'Bearer a="x\\', [['Bearer', {}]]],
  ['a value that is missing', 'Bearer a=, b=1', [['Bearer', 'a=']]],
  ['a later value that is missing', 'Bearer b=1, a=, c=2', [['Bearer', { b: '1' }]]],
  ['a parameter before any scheme', 'a=1, Bearer b=2', []],
  ['a parameter after a token68', 'Basic abc, a=1', [['Basic', 'abc']]],
  ['a scheme that is no token', 'Bea"rer a=1', []],
  ['bytes beyond ASCII', 'Bearer a="ü", b=ü', [['Bearer', { a: 'ü' }]]],
]

describe('parseWwwAuthenticate', () => {
  for (const [title, header, expected] of cases) {
    it(title, () => expect(flat(header)).toEqual(expected))
  }

  it('reads several headers as Headers joins them', () => {
    const headers = new Headers()
    headers.append('WWW-Authenticate', 'Basic realm="a"')
    headers.append('WWW-Authenticate', 'Bearer error=x')
    expect(flat(headers.get('www-authenticate'))).toEqual([
      ['Basic', { realm: 'a' }],
      ['Bearer', { error: 'x' }],
    ])
  })

  it('challenge:limits — looks at each character a bounded number of times', () => {
    const units = [
      'a ',
      'a=1 ',
      'a="\\"',
      ',',
      ' ',
      'Bearer a=1, ',
      'a,',
      'aa== ',
      '\\',
      'B x  , ',
      '"',
      '=',
    ]
    // Only a count of the parser's own looks proves linear work; a clock proves what else the machine did.
    const original = String.prototype.charCodeAt
    let looks = 0
    String.prototype.charCodeAt = function charCodeAt(at) {
      looks++
      return original.call(this, at)
    }
    try {
      for (const prefix of ['', 'Bearer ', 'Bearer a="', 'Bearer a=']) {
        for (const unit of units) {
          const header = prefix + unit.repeat(Math.ceil(20_000 / unit.length))
          looks = 0
          parseWwwAuthenticate(header)
          expect(looks, `${prefix}${unit}…`).toBeLessThan(6 * header.length)
          expect(looks, `${prefix}${unit}…`).toBeGreaterThan(0)
        }
      }
    } finally {
      String.prototype.charCodeAt = original
    }
  })
})

describe('formatWwwAuthenticate', () => {
  it('writes what parse reads', () => {
    const challenges = [
      { scheme: 'Negotiate' },
      { scheme: 'Basic', token68: 'YWJj==' },
      {
        scheme: 'Bearer',
        parameters: [
          ['error', 'a, "b" \\ c'],
          ['x', ''],
        ],
      },
    ] as const
    const header = formatWwwAuthenticate(challenges)
    expect(header).toBe('Negotiate, Basic YWJj==, Bearer error="a, \\"b\\" \\\\ c", x=""')
    expect(flat(header)).toEqual([
      ['Negotiate', {}],
      ['Basic', 'YWJj=='],
      ['Bearer', { error: 'a, "b" \\ c', x: '' }],
    ])
    expect(formatWwwAuthenticate(parseWwwAuthenticate(header))).toBe(header)
  })

  it('refuses what would break out of the header', () => {
    for (const bad of [
      { scheme: 'Bea rer' },
      { scheme: '' },
      { scheme: 'Basic', token68: 'a b' },
      { scheme: 'Bearer', parameters: [['a b', 'x']] },
      { scheme: 'Bearer', parameters: [['a', 'x\r\nSet-Cookie: y']] },
      { scheme: 'Bearer', parameters: [['a', 'ü']] },
    ] as const) {
      expect(() => formatWwwAuthenticate([bad])).toThrow(TypeError)
    }
  })
})
