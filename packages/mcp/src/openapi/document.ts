import { invalid } from '../options.ts'

/** Parsed JSON of unknown shape. */
export type Node = Readonly<Record<string, unknown>>

/** References that lead to references end somewhere. */
const MOST_HOPS = 32

/** An OpenAPI 3.x document, with its own parts looked up. Nothing is ever fetched. */
export class Document {
  readonly root: Node
  /** 3.0 has its own dialect of JSON Schema; since 3.1 it is JSON Schema 2020-12. */
  readonly dialect: '3.0' | '3.1'

  constructor(root: unknown) {
    const version = asNode(root).openapi
    if (typeof version !== 'string' || !/^3\.\d+(?:\.\d+)?$/.test(version)) {
      throw invalid(
        'This is no OpenAPI 3.x document.',
        'Pass the parsed document; convert Swagger 2.0 to OpenAPI 3 first.',
      )
    }
    this.root = asNode(root)
    this.dialect = version.startsWith('3.0') ? '3.0' : '3.1'
  }

  /** What is there, or what its `$ref` leads to. */
  resolve(value: unknown, hops = 0): Node {
    const { $ref } = asNode(value)
    if ($ref === undefined) return asNode(value)
    if (hops >= MOST_HOPS)
      throw invalid(`The reference ${$ref} leads to itself.`, 'Mend the document.')
    return this.resolve(this.at($ref), hops + 1)
  }

  /** RFC 6901, within this document. */
  at(ref: unknown): unknown {
    if (typeof ref !== 'string' || !ref.startsWith('#/')) {
      throw invalid(
        `The reference ${JSON.stringify(ref)} leads out of the document.`,
        'Bundle the document into one file first: nothing is fetched for it.',
      )
    }
    const steps = ref.slice(2).split('/').map(readStep)
    let found: unknown = this.root
    for (const step of steps) {
      if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) {
        throw invalid(`The reference ${ref} leads nowhere.`, 'Mend the document.')
      }
      found = (found as Node)[step]
    }
    return found
  }
}

export function asNode(value: unknown): Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function readStep(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return step
  }
}
