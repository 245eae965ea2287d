/** Runs the demo as a program would read it, and believes only its JSON. Usage: node scripts/check-demo.ts */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { checkDemo } from './demo-summary.ts'

const { status, signal, stdout, stderr, error } = spawnSync(
  'pnpm',
  ['--silent', 'demo', '--json'],
  {
    cwd: resolve(import.meta.dirname, '..'),
    encoding: 'utf8',
    timeout: 120_000,
  },
)
const faults = checkDemo(stdout ?? '')
if (status !== 0) faults.unshift(`exit ${status ?? signal ?? error?.message}`)
for (const fault of faults) console.log(`demo: ${fault}`)
if (faults.length > 0) console.log(`${stdout}${stderr}`.trim().split('\n').slice(-20).join('\n'))
else console.log(stdout.trim().split('\n').at(-1))
process.exitCode = faults.length === 0 ? 0 : 1
