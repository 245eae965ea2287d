import { adapters, frameworks, mayCallTaskFetch, ownDoor } from '../house.ts'
import { lineAt } from '../source.ts'
import type { Tree, Violation } from '../tree.ts'

const network =
  /^(?:node:)?(?:https?|http2|net|tls|timers(?:\/promises)?)$|^(?:undici|axios|got|ky|node-fetch)$/
const timers = /\b(?:setTimeout|setInterval|setImmediate|AbortSignal\s*\.\s*timeout)\b/g
const loops =
  /\bwhile\s*\(\s*(?:true|1)\s*\)|\bfor\s*\(\s*;\s*;|\b(?:retry|retries|retrying|maxRetries|maxAttempts|attempts?|backoff)\b/g
const tokens =
  /\b(?:tokens?|(?:access|refresh|base|bearer)_?tokens?|bearer|client_?secret|Secret|reveal)\b/gi

/** An adapter translates; whatever sends, waits, tries again or holds a token belongs to core. */
export function adapterHolds(tree: Tree): Violation[] {
  const found: Violation[] = []
  for (const name of Object.keys(adapters)) {
    const src = `packages/${name}/src/`
    const fetches = mayCallTaskFetch.includes(name)
      ? /(?<![\w$.])fetch\s*\(|\bglobalThis\s*\.\s*fetch\b/g
      : /(?<![\w$])fetch\s*\(|\bglobalThis\s*\.\s*fetch\b/g
    for (const file of tree.paths(/\.ts$/).filter((path) => path.startsWith(src))) {
      const { code, said } = tree.source(file)
      const within = file.slice(src.length)
      const search = (text: string, pattern: RegExp, say: string) => {
        for (const match of text.matchAll(pattern))
          found.push({ file, line: lineAt(text, match.index), rule: 'adapter-holds', say })
      }
      search(code, fetches, 'an adapter sends nothing: core sends, through callTool')
      search(
        code,
        timers,
        'an adapter keeps no time: core waits, and calls onPending on every turn',
      )
      search(code, loops, 'an adapter tries nothing again: the one loop is in guarded-fetch')
      if (!ownDoor[name]?.tokens.test(within))
        search(
          said,
          tokens,
          'an adapter knows no token: callTool hands it an Outcome, nothing else',
        )
      if (ownDoor[name]?.listens.test(within)) continue
      for (const { specifier, line } of tree.imports(file))
        if (specifier !== undefined && network.test(specifier))
          found.push({
            file,
            line,
            rule: 'adapter-holds',
            say: `an adapter has no way out or clock of its own: drop "${specifier}"`,
          })
    }
  }
  return found
}

/** Core and protocol know no framework, not even in a comment. */
export function frameworkFree(tree: Tree): Violation[] {
  return tree.paths(/^packages\/(?:core|protocol)\/src\/.*\.ts$/).flatMap((file) =>
    (tree.files.get(file) ?? '').split('\n').flatMap((text, index) => {
      const word = frameworks.exec(text)?.[0]
      return word === undefined
        ? []
        : [
            {
              file,
              line: index + 1,
              rule: 'framework-free',
              say: `names "${word}": say it in terms of a tool call, or move it to the adapter`,
            },
          ]
    }),
  )
}
