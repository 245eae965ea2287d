/**
 * Fails when the fuzz run alone leaves branches of the readers unvisited: random inputs that never
 * pass the first `if` find nothing. Usage: node scripts/check-fuzz-coverage.ts
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'

const MINIMUM = 95
const READERS = [
  'www-authenticate',
  'challenge-head',
  'encoded-json',
  'read-challenge',
  'read-details',
  'dialects/dialect',
  'dialects/lumoauth',
  'dialects/rar-401',
  'dialects/rar-403',
  'dialects/scope',
].map((name) => `packages/protocol/src/${name}.ts`)

interface FileSummary {
  readonly branches: { readonly total: number; readonly covered: number; readonly pct: number }
}

const root = join(import.meta.dirname, '..')
const require = createRequire(join(root, 'package.json'))
const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs')
const directory = mkdtempSync(join(tmpdir(), 'fuzz-coverage-'))

function measure(): Record<string, FileSummary> {
  const run = spawnSync(
    process.execPath,
    [
      vitest,
      'run',
      'packages/protocol/test/fuzz.test.ts',
      '--coverage.enabled',
      ...READERS.map((file) => `--coverage.include=${file}`),
      '--coverage.reporter=json-summary',
      `--coverage.reportsDirectory=${directory}`,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  if (run.status !== 0)
    throw new Error('The fuzz run failed: pnpm vitest run packages/protocol/test/fuzz.test.ts')
  const summary = readFileSync(join(directory, 'coverage-summary.json'), 'utf8')
  return JSON.parse(summary) as Record<string, FileSummary>
}

try {
  const byFile = new Map(
    Object.entries(measure()).map(([path, summary]) => [relative(root, path), summary.branches]),
  )
  for (const file of READERS) {
    const branches = byFile.get(file)
    const enough = branches !== undefined && branches.total > 0 && branches.pct >= MINIMUM
    // A file without any branch has nothing to leave out, but it must have been loaded.
    const ok = enough || branches?.total === 0
    const told = branches ? `${branches.covered}/${branches.total} (${branches.pct} %)` : 'not run'
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${file} ${told}`)
    if (!ok) process.exitCode = 1
  }
  if (process.exitCode === 1)
    console.error(
      `Under ${MINIMUM} % of branches: teach the generators in packages/protocol/test/fuzz`,
    )
} finally {
  rmSync(directory, { recursive: true, force: true })
}
