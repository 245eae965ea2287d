import { expect, it } from 'vitest'
import { code, codeLines, inert, inertText } from '../src/words/inert.ts'

const text = async (html: unknown) => String(await html)

it('console:agents-text-is-inert — markup of an agent is text', async () => {
  const attack = `</bdi><script>alert(1)</script><img src=x onerror="alert('2')">`
  for (const told of [
    await text(inert(attack)),
    await text(code(attack)),
    await text(codeLines(attack)),
  ]) {
    expect(told).not.toContain('<script')
    expect(told).not.toContain('<img')
    expect(told).toContain('&lt;script&gt;')
    expect(told).toContain('&quot;')
  }
})

it('console:agents-text-is-inert — what cannot be seen, or moves what can, is shown by its number', async () => {
  const unseen: Readonly<Record<string, string>> = {
    '\u202e': 'U+202E',
    '\u2066': 'U+2066',
    '\u200b': 'U+200B',
    '\u200d': 'U+200D',
    '\ufeff': 'U+FEFF',
    '\u00ad': 'U+00AD',
    '\n': 'U+000A',
    '\u0000': 'U+0000',
    '\u001b': 'U+001B',
    '\u2028': 'U+2028',
    '\u00a0': 'U+00A0',
    '\u3164': 'U+3164',
    '\u2800': 'U+2800',
    '\u{e0041}': 'U+E0041',
    '\ud800': 'U+D800',
  }
  for (const [character, name] of Object.entries(unseen)) {
    const around = `pay${character}ment`
    expect(await text(inert(around))).toContain(`pay<span class="unseen">${name}</span>ment`)
    expect(await text(code(around))).toContain(`<span class="unseen">${name}</span>`)
    expect(inertText(around)).toBe(`pay[${name}]ment`)
  }
})

it('leaves ordinary text of any language as it is', async () => {
  for (const ordinary of ['Grüße, 世界', 'עברית', 'plain ASCII, with: marks!'])
    expect(await text(inert(ordinary))).toBe(`<bdi>${ordinary}</bdi>`)
})

it('marks letters of a name that only look Latin', async () => {
  // The first two letters are Cyrillic.
  expect(await text(code('раyment'))).toContain(
    '<mark class="foreign" title="U+0440 U+0430: no plain Latin letter">ра</mark>yment',
  )
  expect(await text(code('payment'))).toBe('<code><bdi>payment</bdi></code>')
})

it('cuts what is too long, by letters, and says how much is left', async () => {
  expect(await text(inert('😀'.repeat(5), 3))).toBe(
    '<bdi>😀😀😀</bdi><span class="more"> … 2 more</span>',
  )
  expect(inertText('abcdef', 3)).toBe('abc…')
})
