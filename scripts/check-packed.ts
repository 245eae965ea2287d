/**
 * Installs the packages as a stranger would: packed, into an empty project, with npm; then imports, requires and
 * type-checks every entry. Nothing is published. Usage: pnpm build && node scripts/check-packed.ts
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeConsumer, probeConsumer } from './packing/consumer.ts'
import { pack, publicPackages } from './packing/packages.ts'

const root = resolve(import.meta.dirname, '..')

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
  const stray = files.filter(
    (file) => !/^package\/(?:dist|src|schema)\/|^package\/[^/]+$/.test(file),
  )
  if (stray.length > 0) faults.push(`holds ${stray.join(', ')}`)
  return faults.map((fault) => `${name}: ${fault}`)
}

/** What the compiler says of ours. A framework's own declarations may not hold in a strict project: not our affair. */
function typeFaults(consumer: string): string[] {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(
    process.execPath,
    [tsc, '--pretty', 'false', '-p', consumer],
    {
      cwd: consumer,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  )
  if (status === 0) return []
  const said = stdout.split('\n').filter((line) => /^\S.*error TS\d+/.test(line))
  if (said.length === 0) return [`tsc: exit ${status}`]
  return said.filter((line) => !/^node_modules\/(?!@lumojit\/|lumojit\/)/.test(line))
}

const place = mkdtempSync(join(tmpdir(), 'lumojit-packed-'))
try {
  const tarballs = pack(root, join(place, 'tarballs'))
  const faults = [...tarballs].flatMap(([name, tarball]) => faultsOf(tarball, name))
  if (faults.length > 0) throw new Error(faults.join('\n'))

  const consumer = join(place, 'consumer')
  const peers = publicPackages(root).map(({ peerDependencies = {} }) => peerDependencies)
  const made = makeConsumer(consumer, tarballs, Object.assign({}, ...peers))
  const { entries, commands } = made
  probeConsumer(consumer, made)

  const lines = entries.map((entry, nth) => `export * as entry${nth} from '${entry}'\n`)
  writeFileSync(join(consumer, 'types.ts'), lines.join(''))
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable', 'dom.asynciterable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    // Our own declarations are to hold in a stranger's strict project.
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['types.ts'] }),
  )
  const typed = typeFaults(consumer)
  if (typed.length > 0) throw new Error(typed.join('\n'))
  console.log(
    `packed: ${tarballs.size} packages, ${entries.length} entries, imported, required and typed; ${commands.length} commands`,
  )
  for (const entry of entries) console.log(`  ${entry}`)
} catch (error) {
  console.error(`packed: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  rmSync(place, { recursive: true, force: true })
}
