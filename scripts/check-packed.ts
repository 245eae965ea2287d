/**
 * Installs the packages as a stranger would: packed, into an empty project, with npm; then imports, requires and
 * type-checks every entry. Nothing is published. Usage: pnpm build && node scripts/check-packed.ts
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

interface Packed {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports: Readonly<Record<string, unknown>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}
const manifestAt = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Packed

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  const output = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-30).join('\n')
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}\n${output}`)
}

/** What a packed package may not hold: the workspace's own words, and files nobody asked for. */
function faultsOf(tarball: string, name: string): string[] {
  const read = (...args: string[]) => execFileSync('tar', args, { encoding: 'utf8' })
  const files = read('-tzf', tarball).trim().split('\n')
  const manifest = read('-xzOf', tarball, 'package/package.json')
  const faults = ['workspace:', 'catalog:', '@lumojit/source']
    .filter((word) => manifest.includes(word))
    .map((word) => `package.json still says ${word}`)
  if (!files.includes('package/LICENSE')) faults.push('has no LICENSE')
  if (!files.some((file) => file.startsWith('package/dist/'))) faults.push('has no dist')
  const stray = files.filter((file) => !/^package\/(?:dist|src)\/|^package\/[^/]+$/.test(file))
  if (stray.length > 0) faults.push(`holds ${stray.join(', ')}`)
  return faults.map((fault) => `${name}: ${fault}`)
}

/** Our own declarations are to hold in a stranger's strict project; those of others are their affair. */
function mustBeTyped(consumer: string): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '-p', consumer, '--pretty', 'false']
  const { status, stdout, error } = spawnSync(process.execPath, args, {
    cwd: consumer,
    encoding: 'utf8',
  })
  if (status === 0) return
  const complaints = stdout.split(/\n(?=\S)/).filter((text) => text.trim() !== '')
  const ofOthers = /^node_modules\/(?!@lumojit\/)\S+\(\d+,\d+\): error TS/
  const ours = complaints.filter((text) => !ofOthers.test(text))
  if (ours.length > 0 || complaints.length === 0) throw new Error(error?.message ?? ours.join('\n'))
}

/** Loads each entry both ways, in one process, from inside the consumer. */
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

const folders = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .filter((folder) => !manifestAt(folder).private)
const names = folders.map((folder) => manifestAt(folder).name)
const place = mkdtempSync(join(tmpdir(), 'lumojit-packed-'))
try {
  const tarballs = join(place, 'tarballs')
  const consumer = join(place, 'consumer')
  mkdirSync(tarballs)
  mkdirSync(consumer)
  const filters = names.map((name) => `--filter=${name}`)
  run('pnpm', [...filters, '-r', 'pack', '--pack-destination', tarballs], root)
  const files = readdirSync(tarballs)
  const tarballOf = (name: string) => {
    const file = files.find((file) => file.startsWith(`${name.slice(1).replace('/', '-')}-`))
    if (file === undefined) throw new Error(`${name} was not packed`)
    return join(tarballs, file)
  }
  const faults = names.flatMap((name) => faultsOf(tarballOf(name), name))
  if (faults.length > 0) throw new Error(faults.join('\n'))

  const peers = Object.assign(
    {},
    ...folders.map((folder) => manifestAt(folder).peerDependencies ?? {}),
  )
  const ours = Object.fromEntries(names.map((name) => [name, `file:${tarballOf(name)}`]))
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: { ...peers, ...ours },
  }
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest, null, 2))
  const quiet = [
    '--prefer-offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  run('npm', ['install', ...quiet], consumer)

  const entries = names.flatMap((name) =>
    Object.keys(manifestAt(join(consumer, 'node_modules', name)).exports)
      .filter((path) => path !== './package.json')
      .map((path) => name + path.slice(1)),
  )
  writeFileSync(join(consumer, 'probe.mjs'), probe)
  run(process.execPath, ['probe.mjs', ...entries], consumer)

  const lines = entries.map((entry, nth) => `export * as entry${nth} from '${entry}'\n`)
  writeFileSync(join(consumer, 'types.ts'), lines.join(''))
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable', 'dom.asynciterable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['types.ts'] }),
  )
  mustBeTyped(consumer)
  console.log(
    `packed: ${names.length} packages, ${entries.length} entries, imported, required and typed`,
  )
  for (const entry of entries) console.log(`  ${entry}`)
} catch (error) {
  console.error(`packed: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  rmSync(place, { recursive: true, force: true })
}
