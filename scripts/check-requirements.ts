/** Keeps requirements, tests and sabotages together. Usage: node scripts/check-requirements.ts */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { allowedSkips } from '../packages/conformance/src/requirements/skips.ts'
import { requirements } from '../packages/conformance/src/requirements.ts'
import { findProblems } from './requirements/gate.ts'
import { listTests } from './requirements/list-tests.ts'

const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '')
const data = 'packages/conformance/src/requirements'
const read = (file: string) =>
  existsSync(`${root}/${file}`) ? readFileSync(`${root}/${file}`, 'utf8') : undefined

function whereIs(id: string): { file: string; line: number } {
  for (const name of readdirSync(`${root}/${data}`)) {
    const lines = (read(`${data}/${name}`) ?? '').split('\n')
    const at = lines.findIndex((line) => line.includes(`id: '${id}'`))
    if (at >= 0) return { file: `${data}/${name}`, line: at + 1 }
  }
  return { file: `${data}.ts`, line: 1 }
}

const tests = listTests(root)
const problems = findProblems({ requirements, skips: allowedSkips, tests, read, whereIs })
for (const { file, line, what } of problems) console.log(`${file}:${line}  ${what}`)
const sabotages = requirements.flatMap((requirement) => requirement.sabotages).length
console.log(
  `requirements: ${problems.length} problems, ${requirements.length} ids, ${sabotages} sabotages, ${tests.length} tests`,
)
process.exitCode = problems.length === 0 ? 0 : 1
