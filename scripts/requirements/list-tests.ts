import { execFileSync } from 'node:child_process'
import { relative } from 'node:path'

export interface FoundTest {
  readonly file: string
  readonly line: number
  /** Titles from the outermost `describe` to the test itself. */
  readonly title: readonly string[]
}

/** Every test of the tree, as the runner collects it: also those that a suite makes in a loop. */
export function listTests(root: string): readonly FoundTest[] {
  const vitest = `${root}/node_modules/vitest/vitest.mjs`
  const args = [vitest, 'list', '--json', '--no-static-parse', '--includeTaskLocation']
  const output = execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const listed = JSON.parse(output.slice(output.indexOf('[\n'))) as readonly {
    readonly name: string
    readonly file: string
    readonly location?: { readonly line: number }
  }[]
  return listed.map(({ name, file, location }) => ({
    file: relative(root, file),
    line: location?.line ?? 1,
    title: name.split(' > '),
  }))
}
