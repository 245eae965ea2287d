import { describe, expect, it } from 'vitest'
import { checkDemo } from '../demo-summary.ts'
import { variants } from '../readme-program.ts'

const good = { calls: 6, requests: 4, roundTrips: 17, tokensIssued: 5, tokensAliveAfter: 0 }
const lines = (summary: object) =>
  `{"type":"sent"}\n${JSON.stringify({ type: 'summary', ...summary })}\n`

describe('the demo, read by a program', () => {
  it('is believed when it asked and left nothing alive', () => {
    expect(checkDemo(lines(good))).toEqual([])
  })

  it.each([
    ['a token that outlived the task', { ...good, tokensAliveAfter: 1 }],
    ['a count that is missing', { ...good, tokensAliveAfter: undefined }],
    ['a count that is a text', { ...good, tokensIssued: '5' }],
    ['a run that issued nothing', { ...good, tokensIssued: 0 }],
    ['a run that asked too little', { ...good, requests: 2 }],
    ['a run in which nothing was refused', { ...good, roundTrips: 6 }],
  ])('is refused for %s', (_, summary) => {
    expect(checkDemo(lines(summary))).toHaveLength(1)
  })

  it('is refused for prose among the lines, and for a summary that is not last', () => {
    expect(checkDemo(`Listening…\n${lines(good)}`)).toHaveLength(1)
    expect(checkDemo(`${lines(good)}{"type":"sent"}`)).toHaveLength(1)
    expect(checkDemo('')).toHaveLength(2)
  })
})

describe("the README's program", () => {
  const readme = [
    '# x',
    '```ts',
    "import { createJit, lumoAuth } from '@lumojit/core'",
    'const jit = createJit({',
    '  authority: lumoAuth(), // from the environment',
    '})',
    '```',
  ].join('\n')

  it('is measured as it stands, and once without lumoAuth', () => {
    const [bare, whole] = variants(readme)
    expect(whole?.program).toContain('authority: lumoAuth()')
    expect(bare?.program).not.toContain('lumoAuth')
    expect(bare?.program).toContain("import { createJit } from '@lumojit/core'")
  })

  it('is missed when it is gone', () => {
    expect(() => variants('# x')).toThrow(/no ts block/)
    expect(() => variants(readme.replace('authority: lumoAuth()', 'authority: other()'))).toThrow(
      /no longer says/,
    )
  })
})
