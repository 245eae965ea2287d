import { builtinModules } from 'node:module'
import { anyRuntime, corners, mayImportComputed } from '../house.ts'
import { lineAt } from '../source.ts'
import type { Tree, Violation } from '../tree.ts'

const builtins = new Set(builtinModules)

/** Packages for any runtime name no module of Node, however they would come by it (`getBuiltinModule` too). */
export function nodeFree(tree: Tree): Violation[] {
  const found: Violation[] = []
  for (const [name, excepted] of Object.entries(anyRuntime)) {
    const src = `packages/${name}/src/`
    for (const file of tree.paths(/\.ts$/).filter((path) => path.startsWith(src))) {
      if (excepted.some((pattern) => pattern.test(file.slice(src.length)))) continue
      const say = `${name} runs on any runtime: use what the web platform has`
      const bare = tree
        .imports(file)
        .filter(({ specifier }) => specifier !== undefined && builtins.has(specifier))
      for (const { line } of bare) found.push({ file, line, rule: 'node-free', say })
      const { code, literals } = tree.source(file)
      for (const { text, at } of literals)
        if (/^node:[a-z]/.test(text))
          found.push({ file, line: lineAt(code, at), rule: 'node-free', say })
    }
  }
  return found
}

/** Node 22 strips types but cannot parse `await using`, and the demo runs the packages' sources as they are. */
export function runsAsItIs(tree: Tree): Violation[] {
  const ran = /^(?:(?:packages|examples)\/[^/]+\/(?:src|bin)|examples|scripts|bench)\/.*\.m?[tj]s$/
  return tree.paths(ran).flatMap((file) => {
    const { code } = tree.source(file)
    return [...code.matchAll(/(?<![\w$.])using\s+[\w$]+\s*(?::[^=\n]+)?(?:=|of\b)/g)].map(
      (match) => ({
        file,
        line: lineAt(code, match.index),
        rule: 'runs-as-it-is',
        say: 'Node runs this file directly, and Node 22 cannot parse `using`: use runTask or try/finally',
      }),
    )
  })
}

/** What a static reader cannot follow, no rule here can judge. */
export function literalImports(tree: Tree): Violation[] {
  const files = tree.paths(/^packages\/[^/]+\/src\/.*\.ts$/)
  return files
    .filter((file) => !mayImportComputed.test(file))
    .flatMap((file) =>
      tree
        .imports(file)
        .filter(({ specifier }) => specifier === undefined)
        .map(({ line }) => ({
          file,
          line,
          rule: 'literal-import',
          say: 'computed import: name the module in a plain string, or let the caller pass it in',
        })),
    )
}

/** Some libraries stay in one corner of a package. */
export function cornered(tree: Tree): Violation[] {
  return corners.flatMap(({ name, library, only }) => {
    const src = `packages/${name}/src/`
    const files = tree.paths(/\.ts$/).filter((path) => path.startsWith(src))
    return files
      .filter((file) => !only.test(file.slice(src.length)))
      .flatMap((file) =>
        tree
          .imports(file)
          .filter(({ specifier }) => specifier !== undefined && library.test(specifier))
          .map(({ specifier, line }) => ({
            file,
            line,
            rule: 'cornered',
            say: `"${specifier}" stays in its corner of ${name} (corners in house.ts): pass in what you need of it`,
          })),
      )
  })
}
