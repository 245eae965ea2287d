/** Runs the contract on both base paths and prints it: `pnpm contract`. Leaves with 1 when anything differs. */
import { rows, scene, send } from './contract-table.ts'
import { openTrace, steps } from './golden-steps.ts'

const PREFIXES = ['orgs', 't'] as const
let wrong = 0

const print = (id: string, expected: string, got: readonly string[]) => {
  const right = got.every((each) => each === expected)
  if (!right) wrong++
  const seen = right ? 'as expected under /orgs and /t' : `GOT ${got.join(' | ')}`
  console.log(`${right ? '✓' : '✗'} ${id.padEnd(58)} ${expected.padEnd(42)} ${seen}`)
}

console.log('Appendix A, the golden trace')
const traces = await Promise.all(PREFIXES.map(openTrace))
for (const step of steps) {
  const got: string[] = []
  for (const told of traces) got.push(await step.run(told))
  print(`${step.id} ${step.what}`, step.expected, got)
}
console.log('\nEvery status')
for (const row of rows) {
  const [id, , , , , status, code] = row
  const got: string[] = []
  for (const prefix of PREFIXES) {
    const answer = await send(await scene(prefix), row)
    got.push([answer.status, code === undefined ? '' : answer.body.code].join(' ').trim())
  }
  print(id, [status, code ?? ''].join(' ').trim(), got)
}
console.log(`\n${steps.length + rows.length} lines on 2 base paths, ${wrong} wrong`)
process.exitCode = wrong === 0 ? 0 : 1
