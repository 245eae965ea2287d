/**
 * Rehearses a release in a copy of the repository: changesets become versions and changelogs, the packages are
 * packed, a stranger installs the tarballs. Then single changes, to see what else they move. No registry hears of it.
 * Usage: pnpm build && node scripts/check-release.ts
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeConsumer, probeConsumer } from './packing/consumer.ts'
import { pack, publicPackages } from './packing/packages.ts'
import { Rehearsal } from './packing/rehearsal.ts'
import { faultsOfMove, faultsOfRelease, patched, raised } from './packing/release-rules.ts'

const place = mkdtempSync(join(tmpdir(), 'lumojit-release-'))
const rehearsal = new Rehearsal(resolve(import.meta.dirname, '..'))
const faults: string[] = []
const CORE = '@lumojit/core'
try {
  const before = rehearsal.versions()
  const announced = rehearsal.pending().length
  const after = rehearsal.version()
  faults.push(...rehearsal.pending().map((file) => `.changeset/${file} is still there`))
  faults.push(...faultsOfRelease(before, publicPackages(rehearsal.root), rehearsal))
  rehearsal.commit()
  for (const [name, version] of after) {
    console.log(`release: ${name} ${before.get(name)} -> ${version}`)
  }

  const tarballs = pack(rehearsal.root, join(place, 'tarballs'))
  const consumer = join(place, 'consumer')
  const packages = publicPackages(rehearsal.root)
  const peers = packages.map(({ peerDependencies = {} }) => peerDependencies)
  const made = makeConsumer(consumer, tarballs, Object.assign({}, ...peers))
  probeConsumer(consumer, made)
  console.log(`release: ${made.entries.length} entries imported and required from tarballs`)

  // Somebody's adapter: core is its peer. Somebody's plugin: core is its dependency, and must follow.
  const alone = { private: false, version: '0.1.0', license: 'Apache-2.0' }
  rehearsal.add({ ...alone, name: 'fixture-adapter', peerDependencies: { [CORE]: '>=0.1.0 <1' } })
  rehearsal.add({ ...alone, name: 'fixture-plugin', dependencies: { [CORE]: 'workspace:^' } })
  for (const { name } of packages) {
    rehearsal.note(name, 'patch', 'A repair.')
    faults.push(...faultsOfMove(rehearsal, name, patched))
    rehearsal.forget()
  }
  rehearsal.note(CORE, 'minor', 'A new feature.')
  faults.push(...faultsOfMove(rehearsal, CORE, raised))
  const [adapter, plugin] = ['fixture-adapter', 'fixture-plugin'].map((name) =>
    rehearsal.manifest(name),
  )
  if (adapter?.version !== '0.1.0')
    faults.push(`a core minor moves an adapter: ${adapter?.version}`)
  if (plugin?.version !== '0.1.1') faults.push(`a core minor leaves a plugin at ${plugin?.version}`)
  console.log(
    `release: ${announced} changesets, ${packages.length} patches and a core minor rehearsed`,
  )
} catch (error) {
  faults.push((error as Error).message)
} finally {
  rmSync(place, { recursive: true, force: true })
  rmSync(rehearsal.root, { recursive: true, force: true })
}
for (const fault of faults) console.error(`release: ${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1
