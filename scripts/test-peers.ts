/**
 * Runs each package's suite with the lowest and with the newest version of every peer it declares, in a copy.
 * Usage: node scripts/test-peers.ts [package…] (names of folders in packages/; default: all that declare any)
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ends, endsOf } from './peers/published.ts'
import { copySources } from './requirements/copy-tree.ts'

interface Manifest {
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '')
const manifest = (at: string, name: string): Manifest =>
  JSON.parse(readFileSync(join(at, 'packages', name, 'package.json'), 'utf8'))
/** Ours are in the workspace, in one version. */
const peersOf = (name: string) =>
  Object.entries(manifest(root, name).peerDependencies ?? {}).filter(
    ([peer]) => !peer.startsWith('@lumojit/'),
  )

const wanted = process.argv.slice(2)
const folders = readdirSync(join(root, 'packages')).filter((name) => peersOf(name).length > 0)
const unknown = wanted.filter((name) => !folders.includes(name))
if (unknown.length > 0) {
  console.error(`no package with peers: ${unknown.join(', ')}`)
  process.exit(1)
}

/** pnpm installs nothing younger than the workspace says. */
const age = Number(/^minimumReleaseAge: (\d+)$/m.exec(read(root, 'pnpm-workspace.yaml'))?.[1] ?? 0)
const oldEnoughBy = new Date(Date.now() - age * 60_000)
const tally = { passed: 0, failed: 0, skipped: 0 }

for (const name of folders.filter((each) => wanted.length === 0 || wanted.includes(each))) {
  const peers = peersOf(name).map(
    ([peer, range]) => [peer, endsOf(peer, range, oldEnoughBy)] as const,
  )
  for (const end of ['lowest', 'newest'] as const) tryWith(name, end, peers)
}
console.log(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
process.exitCode = tally.failed === 0 ? 0 : 1

function tryWith(name: string, end: keyof Ends, peers: readonly (readonly [string, Ends])[]): void {
  const versions = Object.fromEntries(peers.map(([peer, ends]) => [peer, ends[end]]))
  const said = Object.entries(versions).map(([peer, version]) => `${peer}@${version}`)
  const { copy } = copySources(root)
  try {
    const own = manifest(copy, name)
    const changed = { ...own, devDependencies: { ...own.devDependencies, ...versions } }
    writeFileSync(join(copy, 'packages', name, 'package.json'), JSON.stringify(changed, null, 2))
    run(copy, 'pnpm', 'install', '--no-frozen-lockfile')
    for (const [peer, version] of Object.entries(versions)) mustBe(copy, name, peer, version)
    run(copy, 'node', 'node_modules/typescript/bin/tsc', '-p', `packages/${name}/tsconfig.src.json`)
    const printed = run(copy, 'node', 'node_modules/vitest/vitest.mjs', 'run', `packages/${name}/`)
    const [, passed = 0, skipped = 0] =
      /(\d+) passed, 0 failed, (\d+) skipped\s*$/.exec(printed) ?? []
    if (Number(passed) === 0) throw new Error('no test ran')
    tally.passed += Number(passed)
    tally.skipped += Number(skipped)
    console.log(`ok    ${name}  ${said.join(' ')}  ${passed} passed`)
  } catch (error) {
    tally.failed += 1
    console.log(
      `FAIL  ${name}  ${said.join(' ')}\n${error instanceof Error ? error.message : error}`,
    )
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** What is tested is what was meant to be, not what another package had already brought. */
function mustBe(copy: string, name: string, peer: string, version: string): void {
  const { version: installed } = JSON.parse(
    read(copy, 'packages', name, 'node_modules', peer, 'package.json'),
  )
  if (installed !== version) throw new Error(`${peer} is ${installed} instead of ${version}`)
}

function run(cwd: string, command: string, ...args: string[]): string {
  const env = { ...process.env, NO_COLOR: '1' }
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status === 0) return stdout
  const last = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-60).join('\n')
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}\n${last}`)
}

function read(...path: string[]): string {
  return readFileSync(join(...path), 'utf8')
}
