import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a run of some tests showed. `broken`: it failed, but not because a test's expectation did. */
export type Verdict =
  | { readonly kind: 'green'; readonly passed: number }
  /** Titles, from the outermost `describe` to the test itself. */
  | { readonly kind: 'red'; readonly failed: readonly (readonly string[])[] }
  | { readonly kind: 'broken' | 'empty'; readonly why: string }

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly title: string
      readonly ancestorTitles?: readonly string[]
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

/** A patch that names what is not there is no proof. (One that does not parse never gets this far.) */
const NONSENSE = /^ReferenceError\b/

export function judge(report: Report): Verdict {
  const files = report.testResults
  const tests = files.flatMap((file) => file.assertionResults)
  const failed = tests.filter(({ status }) => status === 'failed')
  const honest = failed.filter(
    ({ failureMessages = [] }) => !failureMessages.every((message) => NONSENSE.test(message)),
  )
  if (honest.length > 0) {
    const titles = failed.map(({ ancestorTitles = [], title }) => [...ancestorTitles, title])
    return { kind: 'red', failed: titles }
  }
  const [first] = failed
  if (first) return { kind: 'broken', why: line(first.failureMessages?.[0] ?? first.title) }
  const unread = files.find(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  if (unread) return { kind: 'broken', why: line(unread.message || `${unread.name} did not load`) }
  const passed = tests.filter(({ status }) => status === 'passed').length
  return passed > 0 ? { kind: 'green', passed } : { kind: 'empty', why: 'no test ran' }
}

const line = (text: string): string => text.split('\n', 1)[0] ?? ''

/** Runs the named files in `root`; with `id`, only tests whose own or outer title begins with it. */
export async function runTests(
  root: string,
  files: readonly string[],
  id?: string,
): Promise<Verdict> {
  const directory = mkdtempSync(join(tmpdir(), 'lumojit-report-'))
  const report = join(directory, 'report.json')
  const args = ['run', '--reporter=json', `--outputFile=${report}`, ...files]
  if (id !== undefined) {
    args.push('-t', `(?:^|\\s)${id}(?=\\s|$)`, '--bail=1', '--testTimeout=15000')
  }
  try {
    await exited(root, [`${root}/node_modules/vitest/vitest.mjs`, ...args])
    return judge(JSON.parse(readFileSync(report, 'utf8')))
  } catch (error) {
    return { kind: 'broken', why: line(String(error)) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A run that does not end by itself is ended, so that a sabotage which hangs the runner cannot hang us. */
function exited(cwd: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: 'ignore', timeout: 600_000 })
    child.on('error', reject)
    child.on('exit', () => resolve())
  })
}
