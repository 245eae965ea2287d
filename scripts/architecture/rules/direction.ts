import { mayImport } from '../house.ts'
import { resolveRelative, type Tree, type Violation } from '../tree.ts'

/** Packages import downward only, by name, and never reach into each other's folders. */
export function direction(tree: Tree): Violation[] {
  const found: Violation[] = []
  for (const manifest of tree.paths(/^packages\/[^/]+\/package\.json$/)) {
    const name = manifest.split('/')[1] as string
    if (!(name in mayImport))
      found.push({
        file: manifest,
        line: 1,
        rule: 'direction',
        say: `no place in the house for "${name}": add it to mayImport in scripts/architecture/house.ts`,
      })
  }
  for (const file of tree.paths(/^(?:packages\/[^/]+|examples\/[^/]+|tests|bench)\/.*\.m?[tj]s$/)) {
    const home = /^(?:(?:packages|examples)\/[^/]+|tests|bench)\//.exec(file)?.[0] as string
    const name = /^packages\/([^/]+)\/src\//.exec(file)?.[1]
    for (const { specifier, line } of tree.imports(file)) {
      if (specifier === undefined) continue
      const path = resolveRelative(file, specifier)
      if (path !== undefined && !path.startsWith(home))
        found.push({
          file,
          line,
          rule: 'direction',
          say: `"${specifier}" leaves ${home}: import the other package by its name`,
        })
      const target = /^@lumojit\/([^/]+)/.exec(specifier)?.[1]
      if (name === undefined || target === undefined) continue
      if (target === name)
        found.push({
          file,
          line,
          rule: 'direction',
          say: `${name} imports itself by name: use a relative path`,
        })
      else if (!(mayImport[name] ?? []).includes(target))
        found.push({
          file,
          line,
          rule: 'direction',
          say: `${name} may not import ${target}: ${allowed(name)}`,
        })
    }
  }
  return found
}

const allowed = (name: string) => {
  const list = mayImport[name] ?? []
  return list.length === 0
    ? 'it stands at the bottom'
    : `it may import ${list.join(', ')}; move what is shared into protocol`
}
