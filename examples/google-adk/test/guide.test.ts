import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const text = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')
const guide = text('../../../docs/guides/google-adk.md')

it('every program in the guide is, word for word, in a file that runs here', () => {
  const snippets = [...guide.matchAll(/<!-- (src\/\S+) -->\n```ts\n([\s\S]*?)```/g)]
  expect(snippets.length).toBeGreaterThanOrEqual(3)
  expect(guide.match(/```ts/g)).toHaveLength(snippets.length)
  for (const [, file = '', snippet = ''] of snippets) {
    expect(text(`../${file}`), `${file} no longer holds what the guide shows`).toContain(snippet)
  }
})

it('has the headings that all guides have', () => {
  const headings = [...guide.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  expect(headings).toEqual(['Prerequisites', 'Install', 'Example', 'How It Works', 'Next Steps'])
})
