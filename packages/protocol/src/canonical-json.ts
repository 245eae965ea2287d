import type { Json } from './authorization-details.ts'

const MAX_DEPTH = 512
/** A lone surrogate: no UTF-8 text can hold it, so RFC 8785 §3.2.2.2 refuses it. */
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * The RFC 8785 text of a value: no spaces, members by UTF-16 code unit, numbers as ECMAScript
 * writes them. Strings keep every code unit, so `é` composed and decomposed are two strings.
 * A member whose value is `undefined` is left out.
 *
 * Throws `TypeError` for what JSON cannot hold: NaN, infinities, lone surrogates, bigint,
 * functions, symbols, `undefined` in an array, class instances, and more than 512 levels.
 */
export function canonicalJson(value: Json): string {
  return write(value, 0)
}

/** True when the string can be written as UTF-8. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text)
}

/** True for what `{}` and `JSON.parse` make, in this realm or another; false for class instances. */
export function isPlainObject(value: unknown): value is { readonly [member: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError('Not JSON: circular, or more than 512 levels deep')
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return writeString(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value))
    return `[${Array.from(value, (item) => write(item, depth + 1)).join(',')}]`
  if (isPlainObject(value)) return writeObject(value, depth)
  throw new TypeError(`Not JSON: ${typeof value === 'number' ? value : typeof value}`)
}

function writeString(text: string): string {
  if (!isWellFormed(text)) throw new TypeError('Not JSON: a string holds a lone surrogate')
  return JSON.stringify(text)
}

function writeObject(value: { readonly [member: string]: unknown }, depth: number): string {
  const members: string[] = []
  // Array sort without a comparer orders by UTF-16 code unit, which is what RFC 8785 §3.2.3 wants.
  for (const name of Object.keys(value).sort()) {
    const member = value[name]
    if (member !== undefined) members.push(`${writeString(name)}:${write(member, depth + 1)}`)
  }
  return `{${members.join(',')}}`
}
