import { decodeBase64, encodeBase64, encodeBase64url } from './base64url.ts'
import type { UnreadableReason } from './challenge.ts'

export type JsonReading =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason }

/**
 * Reads JSON that travels in a header: base64 in either alphabet, padded or not, in quotes or not,
 * or the JSON itself. Duplicate members: the last one counts, as `JSON.parse` has it.
 */
export function readEncodedJson(text: string, maxBytes: number): JsonReading {
  if (text.length > maxBytes) return { kind: 'unreadable', reason: 'too-large' }
  const trimmed = text.trim()
  const bare = /^"[^"]*"$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed
  if (bare.startsWith('{') || bare.startsWith('[')) return readJson(bare)
  const bytes = bare === '' ? undefined : decodeBase64(bare)
  if (bytes === undefined) return { kind: 'unreadable', reason: 'not-base64' }
  try {
    return readJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return { kind: 'unreadable', reason: 'not-json' }
  }
}

export function readJson(text: string): JsonReading {
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown }
  } catch {
    return { kind: 'unreadable', reason: 'not-json' }
  }
}

export function encodeJson(value: unknown, alphabet: 'standard' | 'url'): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  return alphabet === 'standard' ? encodeBase64(bytes) : encodeBase64url(bytes)
}
