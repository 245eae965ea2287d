import { isPlainObject } from './canonical-json.ts'
import {
  CHALLENGE_LIMITS,
  type ChallengeLimits,
  type ChallengeReading,
  type ResponseHead,
  type UnreadableReason,
} from './challenge.ts'
import { type ChallengeHead, parseHead } from './challenge-head.ts'
import type { ChallengeBody, Found, Place } from './dialects/dialect.ts'
import { readers } from './dialects/table.ts'
import { readJson } from './encoded-json.ts'

const places: readonly Place[] = readers
  .flatMap((dialect) => dialect.places)
  .sort((one, other) => one.order - other.order)
const codesWithBody: ReadonlySet<string> = new Set(
  readers.filter(({ bodyMayHold }) => bodyMayHold).flatMap(({ codes }) => codes),
)
const knownCodes: ReadonlySet<string> = new Set(readers.flatMap(({ codes }) => codes))

/**
 * True only when an error code announces details that no header holds. Only then need the caller
 * read the body, and hand it to `readChallenge`; of any other answer the body stays untouched.
 */
export function challengeNeedsBody(
  head: ResponseHead,
  limits: Partial<ChallengeLimits> = {},
): boolean {
  if (head.status !== 401 && head.status !== 403) return false
  const parsed = parseHead(head, { ...CHALLENGE_LIMITS, ...limits })
  if (!hasAny(parsed.codes, codesWithBody)) return false
  return firstFound(parsed, undefined).kind !== 'challenge'
}

/**
 * Reads what a 401 or 403 says is missing. Acts only on a known error code or LumoAuth's header;
 * of several places the first that decodes counts. Never throws; linear in head and body.
 */
export function readChallenge(
  head: ResponseHead,
  body?: string,
  limits: Partial<ChallengeLimits> = {},
): ChallengeReading {
  if (head.status !== 401 && head.status !== 403) return { kind: 'none' }
  const parsed = parseHead(head, { ...CHALLENGE_LIMITS, ...limits })
  const announced = hasAny(parsed.codes, knownCodes)
  if (!announced && head.status === 401 && parsed.codes.has('invalid_token')) {
    return { kind: 'invalid-token' }
  }
  if (!announced && !readers.some(({ header }) => header && head.headers.has(header))) {
    return parsed.fault === undefined ? { kind: 'none' } : unreadable(parsed.fault)
  }
  return firstFound(parsed, body)
}

function firstFound(head: ChallengeHead, body: string | undefined): ChallengeReading {
  const content = readBody(body, head.limits)
  let reason = head.fault
  for (const place of places) {
    const found: Found = place.read(head, content.value)
    if (found?.kind === 'found') return { kind: 'challenge', challenge: found.challenge }
    reason ??= found?.reason
  }
  reason ??= content.reason
  return reason === undefined ? { kind: 'none' } : unreadable(reason)
}

function readBody(
  body: string | undefined,
  limits: ChallengeLimits,
): { readonly value?: ChallengeBody; readonly reason?: UnreadableReason } {
  if (body === undefined || body === '') return {}
  // A code unit takes at least one byte; the exact count is made only for text that may still fit.
  if (body.length > limits.bodyBytes) return { reason: 'too-large' }
  if (new TextEncoder().encode(body).length > limits.bodyBytes) return { reason: 'too-large' }
  const json = readJson(body)
  if (json.kind === 'unreadable') return { reason: json.reason }
  return isPlainObject(json.value) ? { value: json.value } : {}
}

function unreadable(reason: UnreadableReason): ChallengeReading {
  return { kind: 'unreadable', reason }
}

function hasAny(codes: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  return [...codes].some((code) => wanted.has(code))
}
