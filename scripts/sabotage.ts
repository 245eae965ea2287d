/**
 * Takes each required behaviour away, in a copy of the sources, and expects the tests that name it to
 * turn red. Usage: node scripts/sabotage.ts [id…] (an id, or its beginning up to the colon)
 */
import { rmSync } from 'node:fs'
import type { Requirement, Sabotage } from '../packages/conformance/src/requirements/requirement.ts'
import { requirements } from '../packages/conformance/src/requirements.ts'
import { copyTree } from './requirements/copy-tree.ts'
import { listTests } from './requirements/list-tests.ts'
import { applyPatch } from './requirements/patch.ts'
import { runTests } from './requirements/run-tests.ts'

const WORKERS = 2

interface Job {
  readonly id: string
  readonly sabotage: Sabotage
  readonly files: readonly string[]
}

const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '')
const wanted = process.argv.slice(2)
const chosen = requirements.filter(
  ({ id }) =>
    wanted.length === 0 || wanted.some((name) => id === name || id.startsWith(`${name}:`)),
)
const unknown = wanted.filter(
  (name) => !chosen.some(({ id }) => id === name || id.startsWith(`${name}:`)),
)
if (unknown.length > 0) {
  console.error(`no such requirement: ${unknown.join(', ')}`)
  process.exit(1)
}

const tests = listTests(root)
const filesOf = ({ id }: Requirement) => [
  ...new Set(
    tests
      .filter(({ title }) => title.some((part) => part === id || part.startsWith(`${id} `)))
      .map(({ file }) => file),
  ),
]
const jobs: Job[] = chosen.flatMap((requirement) =>
  requirement.sabotages.map((sabotage) => ({
    id: requirement.id,
    sabotage,
    files: filesOf(requirement),
  })),
)
const copies: string[] = []
let passed = 0
let failed = chosen.filter(({ sabotages }) => sabotages.length === 0).length
for (const { id, sabotages } of chosen) if (sabotages.length === 0) console.log(`NONE   ${id}`)

try {
  copies.push(copyTree(root))
  const files = [...new Set(jobs.flatMap((job) => job.files))]
  const whole = files.length === 0 ? undefined : await runTests(copies[0] ?? '', files)
  if (whole !== undefined && whole.kind !== 'green') {
    const why = whole.kind === 'red' ? whole.failed.join('\n       ') : whole.why
    console.log(
      `the unpatched copy is not green, so nothing can be learned from it:\n       ${why}`,
    )
    failed += 1
  } else {
    while (copies.length < Math.min(WORKERS, jobs.length)) copies.push(copyTree(root))
    const queue = [...jobs]
    await Promise.all(copies.map((copy) => work(copy, queue)))
  }
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
}
console.log(`\n${passed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed === 0 ? 0 : 1

async function work(copy: string, queue: Job[]): Promise<void> {
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
    const began = Date.now()
    const [word, detail] = await attempt(copy, job)
    if (word === 'red') passed += 1
    else failed += 1
    const seconds = ((Date.now() - began) / 1000).toFixed(1)
    const { file, why } = job.sabotage
    console.log(`${word.padEnd(6)} ${job.id}  ${seconds}s  ${file}  ${why ?? ''}${detail}`)
  }
}

/** Only a test that ran and did not get what it expects makes a sabotage `red`. */
async function attempt(copy: string, job: Job): Promise<readonly [word: string, detail: string]> {
  if (job.files.length === 0) return ['NOTEST', '']
  let undo: (() => void) | undefined
  try {
    undo = applyPatch(copy, job.sabotage)
    const verdict = await runTests(copy, job.files, job.id)
    if (verdict.kind === 'red') return ['red', '']
    if (verdict.kind === 'green') return ['GREEN', `  (${verdict.passed} tests did not notice)`]
    return ['BROKEN', `  ${verdict.why}`]
  } catch (error) {
    return ['BROKEN', `  ${error instanceof Error ? error.message : error}`]
  } finally {
    undo?.()
  }
}
