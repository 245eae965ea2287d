import { type Package, publicPackages } from './packages.ts'
import type { Rehearsal } from './rehearsal.ts'

type Next = (version: string) => string

const numbers = (version: string) => version.split('.').map(Number) as [number, number, number]
export const patched: Next = (version) => {
  const [major, minor, patch] = numbers(version)
  return `${major}.${minor}.${patch + 1}`
}
export const raised: Next = (version) => {
  const [major, minor] = numbers(version)
  return `${major}.${minor + 1}.0`
}

/** Every package has a version to be released under, and whichever moved has a changelog that says why. */
export function faultsOfRelease(
  before: ReadonlyMap<string, string>,
  packages: readonly Package[],
  rehearsal: Pick<Rehearsal, 'changelog'>,
): string[] {
  return packages.flatMap((released) => {
    const { name, version } = released
    const changelog = rehearsal.changelog(released)
    const faults: string[] = []
    // A first release must name every package; later ones may leave some alone.
    if (version === '0.0.0') faults.push(`${name} stays at 0.0.0: no changeset names it`)
    if (version === before.get(name)) return faults
    if (!changelog.includes(`## ${version}`)) faults.push(`${name}: CHANGELOG.md lacks ${version}`)
    if (!/^- \S/m.test(changelog)) faults.push(`${name}: CHANGELOG.md says nothing`)
    return faults
  })
}

/** One package was to move; so may whoever depends on it, and nobody else. */
export function faultsOfMove(
  rehearsal: Pick<Rehearsal, 'root' | 'versions' | 'version'>,
  name: string,
  next: Next,
): string[] {
  const dependents = dependentsOf(name, publicPackages(rehearsal.root))
  const before = rehearsal.versions()
  const after = rehearsal.version()
  const faults: string[] = []
  const expected = next(before.get(name) ?? '')
  if (after.get(name) !== expected) faults.push(`${name} is at ${after.get(name)}, not ${expected}`)
  for (const [other, version] of after) {
    const moved = version !== before.get(other)
    if (other === name || !moved) continue
    if (!dependents.has(other))
      faults.push(`a change of ${name} moves ${other}, which does not use it`)
    else if (version !== patched(before.get(other) ?? ''))
      faults.push(`a change of ${name} makes ${other} ${version}`)
  }
  return faults
}

/** By `dependencies`, near or far. A peer is the user's to choose, so it moves nobody. */
function dependentsOf(name: string, packages: readonly Package[]): ReadonlySet<string> {
  const found = new Set<string>([name])
  for (let size = 0; size < found.size; ) {
    size = found.size
    for (const { name: user, dependencies = {} } of packages)
      if (Object.keys(dependencies).some((used) => found.has(used))) found.add(user)
  }
  return found
}
