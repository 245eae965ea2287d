import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestAt } from './packages.ts'
import { run } from './run.ts'

/** Whatever npm has already, it need not fetch; nothing is asked that is not about the packages themselves. */
export const npmInstall = [
  'install',
  '--prefer-offline',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
]

/** An empty project of a stranger with all of ours, and what they want beside them, installed by npm. */
export function makeConsumer(folder: string, tarballs: ReadonlyMap<string, string>, peers = {}) {
  mkdirSync(folder, { recursive: true })
  const ours = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]))
  const dependencies = { ...peers, ...ours }
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  run('npm', npmInstall, { cwd: folder })
  const installed = [...tarballs.keys()].map((name) =>
    manifestAt(join(folder, 'node_modules', name)),
  )
  return {
    /** What can be imported, as a stranger writes it. */
    entries: installed.flatMap(({ name, exports = {} }) =>
      Object.keys(exports)
        .filter((path) => path !== './package.json')
        .map((path) => name + path.slice(1)),
    ),
    /** Commands that were installed. */
    commands: installed.flatMap(({ bin = {} }) => Object.keys(bin)),
  }
}

const probe = `
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
for (const entry of process.argv.slice(2)) {
  const imported = Object.keys(await import(entry)).sort().join()
  const required = Object.keys(require(entry)).filter((name) => name !== '__esModule').sort().join()
  if (imported === '') throw new Error(entry + ' exports nothing')
  if (imported !== required) throw new Error(entry + ': import gives ' + imported + ', require gives ' + required)
}
`

/** Loads each entry both ways, in one process, from inside the consumer; asks each command who it is. */
export function probeConsumer(folder: string, made: ReturnType<typeof makeConsumer>): void {
  writeFileSync(join(folder, 'probe.mjs'), probe)
  run(process.execPath, ['probe.mjs', ...made.entries], { cwd: folder })
  for (const command of made.commands) {
    const said = run(join(folder, 'node_modules/.bin', command), ['--help'], { cwd: folder })
    if (!said.includes(command)) throw new Error(`${command} --help does not name itself`)
  }
}
