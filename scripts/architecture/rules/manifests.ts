import { adapters, mayImport, noThirdParty } from '../house.ts'
import type { Tree, Violation } from '../tree.ts'

const ours = /^@lumojit\//

/** What the package.json files promise to those who install: peers, downward dependencies, nothing foreign below. */
export function manifests(tree: Tree): Violation[] {
  const found: Violation[] = []
  for (const file of tree.paths(/^packages\/[^/]+\/package\.json$/)) {
    const name = file.split('/')[1] as string
    const manifest = tree.json(file) ?? {}
    const text = tree.files.get(file) ?? ''
    const report = (key: string, say: string) => {
      const line = text.split('\n').findIndex((row) => row.includes(`"${key}"`)) + 1
      found.push({ file, line: Math.max(line, 1), rule: 'manifest', say })
    }
    const carried = { ...manifest.dependencies, ...manifest.optionalDependencies }
    const peers = manifest.peerDependencies ?? {}
    for (const dependency of Object.keys({ ...carried, ...peers })) {
      if (!ours.test(dependency)) {
        if (noThirdParty.includes(name))
          report(
            dependency,
            `${name} has no third-party dependency: write what is needed, or drop it`,
          )
        continue
      }
      const target = dependency.slice('@lumojit/'.length)
      if (!(mayImport[name] ?? []).includes(target))
        report(dependency, `${name} may not depend on ${target}: see mayImport in house.ts`)
    }
    const framework = adapters[name]
    if (framework === undefined) continue
    if (!('@lumojit/core' in peers) || '@lumojit/core' in carried)
      report(
        '@lumojit/core',
        'an adapter has core as a peer, so that a release of core leaves it alone',
      )
    const owned = Object.keys(carried).filter((dependency) => framework.test(dependency))
    for (const dependency of owned)
      report(dependency, 'an adapter brings no copy of its framework: make it a peer')
    if (!Object.keys(peers).some((dependency) => framework.test(dependency)))
      report('peerDependencies', `an adapter has its framework (${framework.source}) as a peer`)
  }
  return found
}
