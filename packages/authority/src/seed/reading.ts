import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { SeedProblem } from './seed-error.ts'

/** A place in the file: what is there, and how to call it. */
export interface Place {
  readonly node: Node | null
  readonly path: string
  /** Where to point when nothing is there. */
  readonly around: Node | null
}

/** Collects problems instead of stopping at the first. */
export class Reading {
  readonly problems: SeedProblem[] = []
  readonly #lines = new LineCounter()
  readonly root: Place

  constructor(text: string) {
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: true,
      version: '1.2',
    })
    for (const error of document.errors) this.#add(error.pos[0], '', plain(error.code))
    this.root = { node: document.contents, path: '', around: document.contents }
  }

  complain({ node, around, path }: Place, message: string): undefined {
    this.#add((node ?? around)?.range?.[0] ?? 0, path, message)
  }

  #add(offset: number, path: string, message: string): void {
    const { line, col } = this.#lines.linePos(offset)
    this.problems.push({ line: Math.max(line, 1), column: Math.max(col, 1), path, message })
  }

  /** The members of a map; each that is not in `known` is complained of. */
  members(place: Place, known: readonly string[]): (name: string) => Place {
    const { node, path } = place
    const at = (name: string) => (path === '' ? name : `${path}.${name}`)
    const found = new Map<string, Node | null>()
    if (!isMap(node)) this.complain(place, 'Expected a map of members.')
    else
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : ''
        const keyNode = isScalar(key) ? key : null
        if (known.length > 0 && !known.includes(name))
          this.complain(
            { node: keyNode, path: at(name), around: node },
            `Unknown. Known here: ${known.join(', ')}.`,
          )
        found.set(name, value as Node | null)
      }
    return (name) => ({ node: found.get(name) ?? null, path: at(name), around: node })
  }

  /** Names of a map's members, where any name is good. */
  names(place: Place): readonly string[] {
    const { node } = place
    if (!isMap(node)) {
      this.complain(place, 'Expected a map of names.')
      return []
    }
    return node.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''))
  }

  items(place: Place): readonly Place[] {
    const { node, path } = place
    if (node === null) return []
    if (!isSeq(node)) {
      this.complain(place, 'Expected a list.')
      return []
    }
    return node.items.map((item, index) => ({
      node: item as Node | null,
      path: `${path}[${index}]`,
      around: node,
    }))
  }

  /** The scalar that is there; undefined when there is none. */
  scalar(place: Place): unknown {
    const { node } = place
    if (node === null || (isScalar(node) && node.value === null)) return undefined
    if (isScalar(node)) return node.value
    return this.complain(place, isAlias(node) ? 'Aliases are not read.' : 'Expected one value.')
  }
}

const plain = (code: string): string =>
  code === 'DUPLICATE_KEY'
    ? 'This member is there twice.'
    : `This is neither YAML nor JSON (${code.toLowerCase().replaceAll('_', ' ')}).`
