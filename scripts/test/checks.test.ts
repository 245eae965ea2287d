import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { branches } from '../branch-coverage.ts'

const checks = resolve(import.meta.dirname, '../../.ci/checks.sh')

/** The lines a CI script of these steps prints, and how it ends. */
function ci(...steps: string[]) {
  const script = ['set -euo pipefail', `source ${checks}`, ...steps, 'finish'].join('\n')
  const { status, stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  return { status, stdout, last: stdout.trim().split('\n').at(-1) }
}

const run = (passed: number, failed: number, skipped: number) =>
  `sh -c 'echo noise; echo "${passed} passed, ${failed} failed, ${skipped} skipped"'`

describe('.ci', () => {
  it('counts checks, and the tests inside them', () => {
    expect(ci('check one true', `tests two ${run(40, 0, 2)}`)).toMatchObject({
      status: 0,
      last: '42 passed, 0 failed, 2 skipped',
    })
  })

  it('goes on after a failure, shows the end of its output and exits 1', () => {
    const { status, stdout, last } = ci(
      "check bad sh -c 'echo the reason >&2; exit 3'",
      'check one true',
    )
    expect(status).toBe(1)
    expect(stdout).toMatch(/^FAIL {2}bad .*exit 3\n {6}\| the reason$/m)
    expect(last).toBe('1 passed, 1 failed, 0 skipped')
  })

  it('does not believe an exit code that its tally contradicts', () => {
    expect(ci(`tests lying ${run(5, 1, 0)}`)).toMatchObject({
      status: 1,
      last: '5 passed, 2 failed, 0 skipped',
    })
  })

  it('fails a test run that ran nothing, or that never came to its tally', () => {
    expect(ci('tests silent true').status).toBe(1)
    expect(ci(`tests empty ${run(0, 0, 0)}`).status).toBe(1)
  })

  it('gives no check a terminal to wait at', () => {
    expect(ci('check reads sh -c "! read -r line"').status).toBe(0)
  })
})

describe('branch coverage', () => {
  it('is that of all files together, and nothing when nothing was measured', () => {
    const file = (covered: number, total: number) => ({ branches: { covered, total } })
    const summary = { total: file(9, 9), '/r/a.ts': file(3, 4), '/r/b.ts': file(0, 0) }
    expect(branches(summary, '/r')).toEqual({
      files: [
        ['a.ts', { covered: 3, of: 4 }],
        ['b.ts', { covered: 0, of: 0 }],
      ],
      total: 75,
    })
    expect(branches({}, '/r').total).toBe(0)
  })
})
