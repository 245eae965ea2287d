import { inert, inertLines } from '../output/inert.ts'
import { styleOf } from '../output/style.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Finding } from './finding.ts'

const MARKS = { well: '✓', care: '!', fault: '✗', open: '·' } as const
const PAINT = { well: 'good', care: 'care', fault: 'bad', open: 'quiet' } as const

/** One finding, as soon as it is there. */
export function tell(finding: Finding, json: boolean, around: Surroundings): void {
  if (json) {
    around.write(`${JSON.stringify({ type: 'finding', ...finding })}\n`)
    return
  }
  const { check, state, says } = finding
  const style = styleOf(around)
  const mark = style[PAINT[state]](MARKS[state])
  const code = 'code' in finding ? `${style[PAINT[state]](finding.code)}  ` : ''
  around.write(`${mark} ${check.padEnd(9)}  ${code}${inert(says)}\n`)
  if ('fix' in finding) around.write(`  ${' '.repeat(9)}  Fix: ${inertLines(finding.fix)}\n`)
}

export function sum(findings: readonly Finding[], json: boolean, around: Surroundings): void {
  const count = (state: Finding['state']) => findings.filter((it) => it.state === state).length
  const faults = count('fault')
  const cares = count('care')
  if (json) {
    around.write(
      `${JSON.stringify({ type: 'summary', faults, cares, open: count('open'), well: count('well') })}\n`,
    )
    return
  }
  const { good, bad } = styleOf(around)
  const careful = cares > 0 ? `, ${cares} to know of` : ''
  around.write(
    faults === 0
      ? `\n${good('All well')}${careful}.\n`
      : `\n${bad(`${faults} to mend`)}${careful}.\n`,
  )
}
