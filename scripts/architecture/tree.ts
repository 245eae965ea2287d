import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Import, importsOf, readSource, type Source } from './source.ts'

export interface Violation {
  readonly file: string
  readonly line: number
  readonly rule: string
  /** What is wrong and what to do about it, in one sentence. */
  readonly say: string
}

/** The repository as the rules see it: paths from the root, with `/`, and the text behind them. */
export class Tree {
  readonly files: ReadonlyMap<string, string>
  readonly #sources = new Map<string, Source>()
  readonly #imports = new Map<string, readonly Import[]>()

  constructor(files: ReadonlyMap<string, string>) {
    this.files = files
  }

  paths(pattern: RegExp): string[] {
    return [...this.files.keys()].filter((path) => pattern.test(path)).sort()
  }

  source(path: string): Source {
    let source = this.#sources.get(path)
    if (!source) {
      source = readSource(this.files.get(path) ?? '')
      this.#sources.set(path, source)
    }
    return source
  }

  imports(path: string): readonly Import[] {
    let imports = this.#imports.get(path)
    if (!imports) {
      imports = importsOf(this.source(path))
      this.#imports.set(path, imports)
    }
    return imports
  }

  has(path: string): boolean {
    if (this.files.has(path)) return true
    const folder = path.endsWith('/') ? path : `${path}/`
    return [...this.files.keys()].some((file) => file.startsWith(folder))
  }

  json(path: string): Manifest | undefined {
    const text = this.files.get(path)
    return text === undefined ? undefined : (JSON.parse(text) as Manifest)
  }
}

export interface Manifest {
  readonly name?: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const made = new Set(['node_modules', 'dist', 'coverage', '.git', '.turbo', '.vitest'])

export function readTree(root: string): Tree {
  const files = new Map<string, string>()
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory() && !made.has(entry.name)) walk(path)
      if (entry.isFile()) {
        const known = /\.(?:ts|mts|mjs|js|json|md|ya?ml)$/.test(entry.name)
        files.set(path, known ? readFileSync(join(root, path), 'utf8') : '')
      }
    }
  }
  walk('')
  return new Tree(files)
}

/** Where a relative specifier leads, as a path from the root; undefined for a package. */
export function resolveRelative(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const parts = from.split('/').slice(0, -1)
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop()
    else if (step !== '.') parts.push(step)
  }
  return parts.join('/')
}
