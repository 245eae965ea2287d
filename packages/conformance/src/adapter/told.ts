import assert from 'node:assert/strict'
import type { Json } from '@lumojit/protocol'
import type { Seen } from '../adapter-driver.ts'

/** What the model was told of one call. */
export function toldOf(seen: Seen, callId: string): Json {
  const result = seen.results.find((each) => each.callId === callId)
  assert.ok(result, `the model was told nothing of ${callId}: ${JSON.stringify(seen.results)}`)
  return result.told
}

/** The first object anywhere in what was told, also inside quoted JSON, that `is` accepts. */
function findTold(
  told: Json,
  is: (object: { readonly [member: string]: Json }) => boolean,
): { readonly [member: string]: Json } | undefined {
  if (typeof told === 'string') {
    const inner = parsed(told)
    return inner === undefined ? undefined : findTold(inner, is)
  }
  if (typeof told !== 'object' || told === null) return undefined
  if (!Array.isArray(told) && is(told as never)) return told as never
  for (const member of Object.values(told)) {
    const found = findTold(member, is)
    if (found) return found
  }
  return undefined
}

/** The structured refusal in what the model was told: a `code` and whether asking again can help. */
export function refusalIn(told: Json): { readonly code: string; readonly retryable: boolean } {
  const found = findTold(
    told,
    (each) => typeof each.code === 'string' && typeof each.retryable === 'boolean',
  )
  assert.ok(found, `no refusal with a code and retryable in what was told: ${JSON.stringify(told)}`)
  return found as never
}

/** True when the tool's own answer, a member with this value, is in what was told. */
export function tells(told: Json, member: string, value: Json): boolean {
  return findTold(told, (each) => each[member] === value) !== undefined
}

/** Text around JSON is allowed: frameworks put their own words before what a tool threw. */
function parsed(text: string): Json | undefined {
  const from = text.search(/[[{]/)
  const to = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))
  if (from < 0 || to <= from) return undefined
  try {
    return JSON.parse(text.slice(from, to + 1)) as Json
  } catch {
    return undefined
  }
}
