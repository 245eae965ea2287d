import { resolveRelative, type Tree, type Violation } from '../tree.ts'

type Graph = ReadonlyMap<string, readonly string[]>

/** Every cycle once, as the path that closes it. */
function cyclesOf(graph: Graph): string[][] {
  const done = new Set<string>()
  const path: string[] = []
  const found: string[][] = []
  const visit = (node: string) => {
    const at = path.indexOf(node)
    if (at >= 0) found.push([...path.slice(at), node])
    if (at >= 0 || done.has(node)) return
    path.push(node)
    for (const next of graph.get(node) ?? []) visit(next)
    path.pop()
    done.add(node)
  }
  for (const node of graph.keys()) visit(node)
  return found
}

/** No file leads back to itself, by values or by types: a reader can always start at the bottom. */
export function fileCycles(tree: Tree): Violation[] {
  const graph = new Map<string, string[]>()
  for (const file of tree.paths(/\.m?[tj]s$/)) {
    const targets = tree
      .imports(file)
      .map(({ specifier }) => specifier && resolveRelative(file, specifier))
    graph.set(
      file,
      targets.filter((target) => target !== undefined && tree.files.has(target)) as string[],
    )
  }
  return cyclesOf(graph).map((cycle) => {
    const file = cycle[0] as string
    const line = tree
      .imports(file)
      .find(({ specifier }) => specifier && resolveRelative(file, specifier) === cycle[1])?.line
    return {
      file,
      line: line ?? 1,
      rule: 'cycles',
      say: `imports itself, types counted: ${cycle.join(' → ')}; move what they share below both`,
    }
  })
}

/** No package depends on itself in a circle, development dependencies counted: suites that need one stand in tests/. */
export function packageCycles(tree: Tree): Violation[] {
  const files = tree.paths(/^(?:packages\/[^/]+|examples\/[^/]+|tests|bench)\/package\.json$/)
  const byName = new Map(files.map((file) => [tree.json(file)?.name ?? file, file]))
  const graph = new Map(
    files.map((file) => {
      const { name, dependencies, devDependencies, peerDependencies } = tree.json(file) ?? {}
      const all = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
      return [name ?? file, all.filter((dependency) => byName.has(dependency))]
    }),
  )
  return cyclesOf(graph).map((cycle) => ({
    file: byName.get(cycle[0] as string) as string,
    line: 1,
    rule: 'cycles',
    say: `depends on itself: ${cycle.join(' → ')}; put the tests that need both into tests/`,
  }))
}
