/** Keeps the house as ARCHITECTURE.md tells it. Usage: node scripts/check-architecture.ts [root] */
import { resolve } from 'node:path'
import { adapterHolds, frameworkFree } from './architecture/rules/adapters.ts'
import { fileCycles, packageCycles } from './architecture/rules/cycles.ts'
import { direction } from './architecture/rules/direction.ts'
import { documents } from './architecture/rules/documents.ts'
import { manifests } from './architecture/rules/manifests.ts'
import { drawers } from './architecture/rules/names.ts'
import { roomOrder } from './architecture/rules/rooms.ts'
import { cornered, literalImports, nodeFree, runsAsItIs } from './architecture/rules/runtime.ts'
import { readTree, type Violation } from './architecture/tree.ts'

const rules = [
  direction,
  manifests,
  roomOrder,
  fileCycles,
  packageCycles,
  nodeFree,
  literalImports,
  cornered,
  runsAsItIs,
  adapterHolds,
  frameworkFree,
  drawers,
  documents,
]

const root = resolve(process.argv[2] ?? `${import.meta.dirname}/..`)
const tree = readTree(root)
const found: Violation[] = rules.flatMap((rule) => rule(tree))
const key = ({ file, line }: Violation) => `${file}:${String(line).padStart(6, '0')}`
found.sort((a, b) => (key(a) < key(b) ? -1 : 1))
for (const { file, line, rule, say } of found) console.log(`${file}:${line}  ${rule}  ${say}`)
if (tree.paths(/^packages\/[^/]+\/package\.json$/).length === 0) {
  console.log(`${root}:1  nothing  no packages here: give the root of the repository`)
  process.exit(1)
}
const sources = tree.paths(/\.m?[tj]s$/).length
console.log(`architecture: ${found.length} violations, ${rules.length} rules, ${sources} sources`)
process.exitCode = found.length === 0 ? 0 : 1
