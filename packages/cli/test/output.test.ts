import { describe, expect, it } from 'vitest'
import { describe as inWords } from '../src/output/describe.ts'
import { inert, inertLines } from '../src/output/inert.ts'
import { span } from '../src/output/span.ts'
import { styleOf } from '../src/output/style.ts'
import { table } from '../src/output/table.ts'

describe('what is shown on a terminal', () => {
  it.each([
    ['\x1b[2Jgone', '\\u{1b}[2Jgone'],
    ['a\r\nb\tc', 'a b c'],
    ['pay \u202e002', 'pay \\u{202e}002'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['\u{e0041}tag', '\\u{e0041}tag'],
    ['half \ud800', 'half \\u{d800}'],
    ['発注 and ü', '発注 and ü'],
  ])('cli:inert-words — %j is %j', (text, shown) => {
    expect(inert(text)).toBe(shown)
  })

  it('cli:inert-words — lines stay lines where a text has several', () => {
    expect(inertLines('a\r\n\tb\x07')).toBe('a\n\tb\\u{7}')
  })

  it('columns line up by what characters take, and the last gives way', () => {
    const rows = [
      ['発注', 'ok', 'a long explanation that does not fit'],
      ['x', 'ok', 'short'],
    ]
    const lines = table(['NAME', 'STATE', 'WHY'], rows, { columns: 30 }).split('\n')
    expect(lines).toEqual([
      'NAME  STATE  WHY',
      '発注  ok     a long explanati…',
      'x     ok     short',
      '',
    ])
  })

  it.each([
    [{ out: true }, {}, true],
    [{ out: false }, {}, false],
    [{ out: true }, { NO_COLOR: '1' }, false],
    [{ out: true }, { TERM: 'dumb' }, false],
  ])('colours with %j and %j: %j', (terminal, env, coloured) => {
    const style = styleOf({ terminal: { err: false, columns: 80, ...terminal }, env })
    expect(style.bad('no').includes('\x1b')).toBe(coloured)
  })

  it.each([
    [0, '0 s'],
    [90_000, '90 s'],
    [150_000, '3 min'],
    [3 * 3_600_000, '3 h'],
    [72 * 3_600_000, '3 d'],
  ])('%d ms are %s', (ms, words) => {
    expect(span(ms)).toBe(words)
  })

  it('a permission is one line', () => {
    expect(
      inWords({
        type: 'payment',
        actions: ['initiate'],
        identifier: 'inv_204',
        locations: ['https://api.test'],
        amount: { value: 120 },
      }),
    ).toBe('payment: initiate inv_204 at https://api.test (amount: {"value":120})')
    expect(inWords({ type: 'alone' })).toBe('alone')
  })
})
