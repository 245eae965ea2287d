/**
 * Takes each required behaviour away, in a copy of the sources, and expects the tests that name it to
 * turn red. Usage: node scripts/sabotage.ts [id…] (an id, or its beginning up to the colon)
 */
import { rmSync } from 'node:fs'
import { requirements } from '../packages/conformance/src/requirements.ts'
import { attempt, type Job } from './requirements/attempt.ts'
import { copyTree } from './requirements/copy-tree.ts'
import { listTests } from './requirements/list-tests.ts'
import { runTests } from './requirements/run-tests.ts'

const WORKERS = 2

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
const names = (id: string, title: readonly string[]) =>
  title.some((part) => part === id || part.startsWith(`${id} `))
const jobs: Job[] = chosen.flatMap(({ id, sabotages }) => {
  const files = tests.filter(({ title }) => names(id, title)).map(({ file }) => file)
  return sabotages.map((sabotage) => ({ id, sabotage, files: [...new Set(files)] }))
})
const tally = { passed: 0, failed: 0 }
const say = (word: string, id: string, rest: string) => {
  if (word === 'red') tally.passed += 1
  else tally.failed += 1
  console.log(`${word.padEnd(7)} ${id}  ${rest}`)
}
for (const { id, sabotages } of chosen) if (sabotages.length === 0) say('NONE', id, 'no sabotage')

const copies = [copyTree(root)]
try {
  const [first = root] = copies
  // A test that is red before anything is taken away proves nothing about what is.
  const whole = await runTests(first, [...new Set(jobs.flatMap(({ files }) => files))])
  const red = whole.kind === 'red' ? whole.failed : []
  for (const title of red) console.log(`        red by itself: ${title.join(' > ')}`)
  const queue: Job[] = []
  for (const job of jobs) {
    const { id, sabotage } = job
    if (whole.kind === 'broken') say('UNREADY', id, whole.why)
    else if (red.some((title) => names(id, title))) say('UNREADY', id, sabotage.file)
    else queue.push(job)
  }
  while (copies.length < Math.min(WORKERS, queue.length)) copies.push(copyTree(root))
  await Promise.all(copies.map((copy) => work(copy, queue)))
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
}
console.log(`\n${tally.passed} passed, ${tally.failed} failed, 0 skipped`)
process.exitCode = tally.failed === 0 ? 0 : 1

async function work(copy: string, queue: Job[]): Promise<void> {
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
    const began = Date.now()
    const { word, detail } = await attempt(copy, job)
    const { file, why = '' } = job.sabotage
    say(word, job.id, `${((Date.now() - began) / 1000).toFixed(1)}s  ${file}  ${why}${detail}`)
  }
}
