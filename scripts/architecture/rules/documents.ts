import { resolveRelative, type Tree, type Violation } from '../tree.ts'

const fence = /^(```|~~~)/

/** A document's lines without its code blocks. */
function prose(text: string): { readonly text: string; readonly line: number }[] {
  let open = false
  return text.split('\n').flatMap((row, index) => {
    if (fence.test(row.trimStart())) {
      open = !open
      return []
    }
    return open ? [] : [{ text: row, line: index + 1 }]
  })
}

/** Every relative link leads somewhere; every file ARCHITECTURE.md names is there, and it names every package. */
export function documents(tree: Tree): Violation[] {
  const found: Violation[] = []
  const written = /^(?:[^/]+|(?:docs|\.changeset)\/.*|(?:packages|examples)\/[^/]+\/[^/]+)\.md$/
  for (const file of tree.paths(written).filter((path) => !path.endsWith('CHANGELOG.md'))) {
    for (const { text, line } of prose(tree.files.get(file) ?? '')) {
      for (const match of text.matchAll(
        /\]\((?!#|[a-z][a-z0-9+.-]*:)([^)\s#]+)(?:#[^)\s]*)?[^)]*\)/g,
      )) {
        const path = resolveRelative(file, `./${match[1]}`)
        if (path === undefined || !tree.has(path.replace(/\/$/, '')))
          found.push({
            file,
            line,
            rule: 'documents',
            say: `links to ${match[1]}, which is not there`,
          })
      }
      if (file !== 'ARCHITECTURE.md') continue
      for (const match of text.matchAll(
        /`([\w.@/-]+\.(?:m?[tj]s|json|md|ya?ml)|[\w.@-]+(?:\/[\w.@-]+)*\/)`/g,
      )) {
        const named = match[1] as string
        if (!tree.has(named) && !tree.has(`packages/${named}`))
          found.push({ file, line, rule: 'documents', say: `names ${named}, which is not there` })
      }
    }
  }
  const map = tree.files.get('ARCHITECTURE.md')
  if (map === undefined) {
    found.push({
      file: 'ARCHITECTURE.md',
      line: 1,
      rule: 'documents',
      say: 'is missing: write the journey of one request, by file',
    })
    return found
  }
  for (const manifest of tree.paths(/^packages\/[^/]+\/package\.json$/)) {
    const name = manifest.split('/').slice(0, 2).join('/')
    if (!map.includes(name))
      found.push({
        file: 'ARCHITECTURE.md',
        line: 1,
        rule: 'documents',
        say: `does not name ${name}: say what it is for`,
      })
  }
  return found
}
