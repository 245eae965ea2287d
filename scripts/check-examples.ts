/**
 * Copies each example out of the workspace, as its reader would: into an empty directory, with the packages from
 * tarballs and everything else from the registry, and runs it there by its own commands.
 * Usage: pnpm build && node scripts/check-examples.ts [name…]
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { checkDemo } from './demo-summary.ts'
import { commandsOf, copyExample, readCatalog } from './packing/copied-example.ts'
import { manifestAt, pack } from './packing/packages.ts'
import { run } from './packing/run.ts'

interface Reading {
  /** Further arguments, with which it tells more. */
  readonly args: readonly string[]
  readonly faultsOf: (stdout: string) => readonly string[]
}
const readings: Readonly<Record<string, Reading>> = {
  'quickstart start': { args: ['--', '--json'], faultsOf: checkDemo },
}
const speaks: Reading = { args: [], faultsOf: (stdout) => (stdout ? [] : ['it says nothing']) }

/** Serve until they are stopped, so they are not for here; the browser's tests drive them. */
const endless: readonly string[] = ['ai-sdk start:chat']

/** Need packages from PyPI besides: `pnpm test:interop agno crewai` runs them, with real ones. Here they are copied and installed. */
const elsewhere: readonly string[] = [
  'agno start',
  'agno start:own-tools',
  'crewai start',
  'crewai start:own-tools',
]

const root = resolve(import.meta.dirname, '..')
const wanted = process.argv.slice(2)
const all = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
const unknown = wanted.filter((name) => !all.includes(name))
const names = wanted.length === 0 ? all : all.filter((name) => wanted.includes(name))
const place = mkdtempSync(join(tmpdir(), 'lumojit-examples-'))
const faults = unknown.map((name) => `${name}: there is no such example`)
if (names.length === 0) faults.push('there are no examples')

/** Nothing of this process leaks in: no conditions, no module paths, no home. */
function surroundings(home: string): NodeJS.ProcessEnv {
  mkdirSync(home)
  const { PATH, NODE_EXTRA_CA_CERTS } = process.env
  return { PATH, HOME: home, NO_COLOR: '1', ...(NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS }) }
}

try {
  const tarballs = pack(root, join(place, 'tarballs'))
  const catalog = readCatalog(root)
  for (const name of names) {
    const from = join(root, 'examples', name)
    const to = join(place, name)
    try {
      if (!existsSync(join(from, 'package.json'))) throw new Error('it has no package.json')
      const commands = commandsOf(from, manifestAt(from))
      copyExample(from, to, tarballs, catalog)
      const env = surroundings(join(place, `${name}-home`))
      for (const [script, [command, ...args]] of commands) {
        const which = `${name} ${script}`
        if (endless.includes(which)) continue
        if (elsewhere.includes(which)) {
          console.log(`examples: ${which} is left to test:interop`)
          continue
        }
        const { args: further, faultsOf } = readings[which] ?? speaks
        const stdout = run(command, [...args, ...further], { cwd: to, env, timeout: 120_000 })
        faults.push(...faultsOf(stdout).map((fault) => `${which}: ${fault}`))
        console.log(`examples: ${which} ran on its own, and said ${stdout.length} characters`)
      }
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`)
    }
  }
} catch (error) {
  faults.push((error as Error).message)
} finally {
  rmSync(place, { recursive: true, force: true })
}
for (const fault of faults) console.error(`examples: ${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1
