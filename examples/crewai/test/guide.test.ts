import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const text = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')
const guide = text('../../../docs/guides/crewai.md')

it('every program in the guide is, word for word, in a file that `pnpm test:interop` runs', () => {
  const snippets = [...guide.matchAll(/<!-- (\S+\.py) -->\n```python\n([\s\S]*?)```/g)]
  expect(snippets).toHaveLength(2)
  expect(guide.match(/```python/g)).toHaveLength(snippets.length)
  for (const [, file = '', snippet = ''] of snippets) {
    expect(text(`../${file}`), `${file} no longer holds what the guide shows`).toContain(snippet)
  }
})

it('has the headings that all guides have', () => {
  const headings = [...guide.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  expect(headings).toEqual(['Prerequisites', 'Install', 'Example', 'How It Works', 'Next Steps'])
})

it('its programs are short, and hold no word about tokens', () => {
  for (const file of ['agent.py', 'own_tools.py']) {
    const program = text(`../${file}`)
    expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
    expect(program).not.toMatch(/token|secret|Authorization|403|lumoauth/i)
  }
})
