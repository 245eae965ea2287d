import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const at = (path: string) => new URL(path, import.meta.url)
const guide = readFileSync(at('../../../docs/guides/mastra.md'), 'utf8')

it('every program the guide shows is a part of one that runs here, word for word', () => {
  const shown = [...guide.matchAll(/<!-- (\S+) -->\n```ts\n([\s\S]*?)```/g)]
  expect(shown.length).toBeGreaterThanOrEqual(6)
  expect(shown).toHaveLength([...guide.matchAll(/^```ts$/gm)].length)
  for (const [, file = '', program = ''] of shown) {
    expect(readFileSync(at(`../${file}`), 'utf8'), file).toContain(program)
  }
})

it('has the headings of every guide', () => {
  const headings = [...guide.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
  expect(headings).toEqual(['Prerequisites', 'Install', 'Example', 'How It Works', 'Next Steps'])
})
