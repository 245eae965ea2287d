import { OperationError } from './operation-error.ts'

/** Which part of a list. */
export interface PageInput {
  /** At most 500. Default 50. */
  readonly limit?: unknown
  /** `next` of the page before. */
  readonly after?: unknown
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Of all pages, at this moment. */
  readonly total: number
  /** Names the page that follows; absent on the last one. */
  readonly next?: string
}

/** A part of a list as the store gives it: `position` is where the item stands in the order. */
export interface StoredPage<T> {
  readonly items: readonly T[]
  readonly total: number
  readonly next?: readonly (string | number)[]
}

/** A part of a list as the store is asked for it. */
export interface Window {
  readonly limit: number
  /** Position of the last item of the page before. */
  readonly after?: readonly (string | number)[]
}

const MOST = 500

const invalid = (message: string, fix: string) =>
  new OperationError('invalid_request', message, { fix })

/** A page's end, as text a caller can only hand back. */
const encode = (position: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url')

const decode = (text: string, kinds: readonly string[]): readonly (string | number)[] => {
  try {
    const position: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(position) && kinds.every((kind, nth) => typeof position[nth] === kind))
      return position.slice(0, kinds.length)
  } catch {
    // Told below, as everything else that is no position.
  }
  throw invalid('`after` is no end of a page.', 'Send `next` as the page before gave it.')
}

/** Reads what a caller wants; `kinds` are the types of the members of a position in this list. */
export const readWindow = (
  { limit = 50, after }: PageInput,
  kinds: readonly ('string' | 'number')[],
): Window => {
  const count = typeof limit === 'string' ? Number(limit) : limit
  if (!Number.isSafeInteger(count) || (count as number) < 1 || (count as number) > MOST)
    throw invalid('`limit` is no number of items.', `Send a whole number from 1 to ${MOST}.`)
  if (after === undefined || after === null || after === '') return { limit: count as number }
  if (typeof after !== 'string') throw invalid('`after` is no string.', 'Send it as it was given.')
  return { limit: count as number, after: decode(after, kinds) }
}

/** The page as a caller gets it. */
export const toPage = <S, T>(
  { items, total, next }: StoredPage<S>,
  turn: (item: S) => T,
): Page<T> => ({
  items: items.map(turn),
  total,
  ...(next && { next: encode(next) }),
})

type Position = readonly (string | number)[]

const compare = (a: Position, b: Position): number => {
  for (const [nth, one] of a.entries()) {
    const other = b[nth] ?? one
    if (one !== other) return one < other ? -1 : 1
  }
  return 0
}

/** Of a list that is at hand: sorts it, and cuts out what is asked for. `direction` -1: the highest position first. */
export const pageOf = <T>(
  all: readonly T[],
  window: Window,
  position: (item: T) => Position,
  direction: 1 | -1 = 1,
): StoredPage<T> => {
  const { limit, after } = window
  const ordered = all
    .map((item) => ({ item, place: position(item) }))
    .sort((a, b) => direction * compare(a.place, b.place))
  const rest = after
    ? ordered.filter(({ place }) => direction * compare(place, after) > 0)
    : ordered
  const given = rest.slice(0, limit)
  const last = given.at(-1)
  return {
    items: given.map(({ item }) => item),
    total: all.length,
    ...(rest.length > limit && last && { next: last.place }),
  }
}

/** Where the next page begins, if there is one: more rows were read than are given. */
export const cut = <R>(rows: readonly R[], { limit }: Window, position: (row: R) => Position) => {
  const given = rows.slice(0, limit)
  const last = given.at(-1)
  return { given, ...(rows.length > limit && last && { next: position(last) }) }
}
