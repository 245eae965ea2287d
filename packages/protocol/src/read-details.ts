import type { AuthorizationDetails } from './authorization-details.ts'
import { isPlainObject, isWellFormed } from './canonical-json.ts'
import { CHALLENGE_LIMITS, type ChallengeLimits, type UnreadableReason } from './challenge.ts'

export type DetailsReading =
  | { readonly kind: 'details'; readonly details: AuthorizationDetails }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason }

/**
 * Checks a value of unknown origin (a parsed header, a request body, a tool's declaration) and gives
 * it back as details: one object, or a non-empty array of objects. Never throws on JSON.
 */
export function readDetails(value: unknown, limits: Partial<ChallengeLimits> = {}): DetailsReading {
  const bounds = { ...CHALLENGE_LIMITS, ...limits }
  const details: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (details.length > bounds.details) return unreadable('too-many')
  if (details.length === 0) return unreadable('no-type')
  const reason = faultOfShape(details) ?? faultOfSize(details, bounds)
  if (reason !== undefined) return unreadable(reason)
  return { kind: 'details', details: details as unknown as AuthorizationDetails }
}

function unreadable(reason: UnreadableReason): DetailsReading {
  return { kind: 'unreadable', reason }
}

function faultOfShape(details: readonly unknown[]): UnreadableReason | undefined {
  for (const detail of details) {
    if (!isPlainObject(detail)) return 'no-type'
    const type = own(detail, 'type')
    if (typeof type !== 'string' || type === '') return 'no-type'
    const identifier = own(detail, 'identifier')
    if (identifier !== undefined && typeof identifier !== 'string') return 'bad-member'
    for (const name of ['actions', 'locations', 'datatypes', 'privileges']) {
      const list = own(detail, name)
      if (list === undefined) continue
      if (!Array.isArray(list) || list.some((item) => typeof item !== 'string')) return 'bad-member'
    }
  }
  return undefined
}

function own(object: { readonly [member: string]: unknown }, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Walks with a list of its own instead of the call stack, so that depth costs nothing but a number. */
function faultOfSize(
  details: readonly unknown[],
  limits: ChallengeLimits,
): UnreadableReason | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = []
  for (const value of details) open.push({ value, depth: 1 })
  // Text within `bodyBytes` cannot hold more values than this; only shared references can.
  let left = limits.bodyBytes
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (--left < 0) return 'too-large'
    const { value, depth } = next
    if (typeof value === 'string') {
      const fault = faultOfString(value, limits)
      if (fault !== undefined) return fault
    } else if (Array.isArray(value) || isPlainObject(value)) {
      if (depth > limits.depth) return 'too-deep'
      const names = Object.keys(value)
      if (Math.max(names.length, Array.isArray(value) ? value.length : 0) > limits.members) {
        return 'too-many'
      }
      if (Array.isArray(value)) {
        for (const item of value) open.push({ value: item, depth: depth + 1 })
        continue
      }
      for (const name of names) {
        const fault = faultOfString(name, limits)
        if (fault !== undefined) return fault
        if (value[name] !== undefined) open.push({ value: value[name], depth: depth + 1 })
      }
    } else if (value !== null && typeof value !== 'boolean' && !Number.isFinite(value)) {
      return 'not-json'
    }
  }
  return undefined
}

function faultOfString(text: string, limits: ChallengeLimits): UnreadableReason | undefined {
  if (text.length > limits.stringLength) return 'too-large'
  return isWellFormed(text) ? undefined : 'not-json'
}
