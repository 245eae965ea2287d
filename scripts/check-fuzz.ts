/**
 * Runs the challenge readers on generated inputs, and asks that the inputs reached nearly every branch of them:
 * a million inputs that all fail at the first `if` prove nothing.
 * Usage: [LUMOJIT_FUZZ=1000000] node scripts/check-fuzz.ts
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { branches } from './branch-coverage.ts'

const root = resolve(import.meta.dirname, '..')
const inputs = process.env.LUMOJIT_FUZZ ?? '50000'
const src = 'packages/protocol/src'
const readers = [
  'read-challenge',
  'challenge-head',
  'www-authenticate',
  'encoded-json',
  'read-details',
  'dialects/dialect',
  'dialects/table',
  'dialects/lumoauth',
  'dialects/rar-403',
  'dialects/rar-401',
  'dialects/scope',
].map((name) => `${src}/${name}.ts`)

const reports = mkdtempSync(join(tmpdir(), 'lumojit-fuzz-'))
try {
  const flags = [
    '--coverage',
    `--coverage.reportsDirectory=${reports}`,
    '--coverage.reporter=json-summary',
    ...readers.map((reader) => `--coverage.include=${reader}`),
  ]
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'packages/protocol/test/fuzz', ...flags],
    { cwd: root, encoding: 'utf8', env: { ...process.env, LUMOJIT_FUZZ: inputs } },
  )
  if (status !== 0) throw new Error(`exit ${status}\n${`${stdout}${stderr}`.trim().slice(-4000)}`)
  const summary = JSON.parse(readFileSync(join(reports, 'coverage-summary.json'), 'utf8'))
  const { files, total } = branches(summary, root)
  for (const [file, { covered, of }] of files) console.log(`  ${file.padEnd(52)} ${covered}/${of}`)
  console.log(`fuzz: ${inputs} inputs, ${total.toFixed(1)} % of the readers' branches`)
  if (files.length < readers.length) throw new Error(`only ${files.length} readers were measured`)
  if (total < 95) throw new Error('less than 95 %: the inputs do not reach far enough')
} catch (error) {
  console.error(`fuzz: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  rmSync(reports, { recursive: true, force: true })
}
