import {
  type AuthChallenge,
  type Challenge,
  type ChallengeReading,
  canonical,
  canonicalJson,
  challengeNeedsBody,
  formatWwwAuthenticate,
  type Json,
  parseWwwAuthenticate,
  type ResponseHead,
  readChallenge,
  readDetails,
  writeChallenge,
} from '../../src/index.ts'
import type { Refusal } from './random-refusal.ts'

const REASONS: ReadonlySet<string> = new Set([
  'too-large',
  'not-base64',
  'not-json',
  'too-deep',
  'too-many',
  'no-type',
  'bad-member',
  'types-only',
])

export function headOf({ status, headers }: Refusal): ResponseHead {
  const head = { status, headers: new Headers() }
  for (const [name, value] of headers) head.headers.append(name, value)
  return head
}

/** Reads a refusal in every way a caller may (three times in all), and throws when anything about it is not as promised. */
export function checkReading(head: ResponseHead, body: string | undefined): ChallengeReading {
  const needsBody = challengeNeedsBody(head)
  const fromHead = readChallenge(head)
  const reading = readChallenge(head, body)

  if (needsBody && fromHead.kind === 'challenge') fail('a body is asked for, the head says it all')
  if (needsBody && ![401, 403].includes(head.status)) fail('a body is asked for at this status')
  if (!needsBody && same(withoutReference(fromHead)) !== same(withoutReference(reading))) {
    // LumoAuth's header without its code: the body is never needed, but may be handed in.
    if (fromHead.kind !== 'unreadable' && fromHead.kind !== 'none')
      fail('the body changes the head')
  }
  if (head.status !== 401 && reading.kind === 'invalid-token') fail('invalid-token beyond 401')
  if (reading.kind === 'unreadable' && !REASONS.has(reading.reason)) fail('an unknown reason')
  return reading
}

/** What was read is within bounds, and is read back when our own writer sends it. */
export function checkChallenge(challenge: Challenge): void {
  if (challenge.permission.kind === 'scope') {
    if (challenge.permission.scope.length === 0) fail('no scope')
  } else {
    if (readDetails(challenge.permission.details).kind !== 'details') fail('details out of bounds')
    canonical(challenge.permission.details)
  }
  const isScope = challenge.permission.kind === 'scope'
  const other = { ...challenge, dialect: isScope ? 'rar-401' : 'scope' } as const
  if (attempt(() => writeChallenge(other)) !== undefined)
    fail('written in a dialect that cannot say it')
  if (challenge.permission.kind === 'scope') {
    const broken = { kind: 'scope', scope: [`${challenge.permission.scope[0]}"`] } as const
    if (attempt(() => writeChallenge({ ...challenge, permission: broken }))) fail('a broken scope')
  }
  const written = writeChallenge(challenge)
  const head = { status: written.status, headers: new Headers(written.headers) }
  const again = readChallenge(head, written.body)
  const tooLong = Object.values(written.headers).some((value) => value.length > 8192)
  if (tooLong || same(again) === same({ kind: 'challenge', challenge })) return
  // Past 4 KiB the header is left out, and the body speaks the dialect it has in common with the drafts.
  const inBody = { kind: 'challenge', challenge: { ...challenge, dialect: 'rar-403' } }
  const leftOut = !head.headers.has('insufficient-authorization-details')
  if (challenge.dialect === 'lumoauth' && leftOut && same(again) === same(inBody)) return
  fail(`written and read again: ${same(again)} for ${same(challenge)}`)
}

/** What the parser gives, the formatter writes so that it parses to the same, or it refuses. */
export function checkHeader(header: string | null): void {
  const challenges = parseWwwAuthenticate(header)
  const carriable = challenges.every(({ parameters }) =>
    [...parameters.values()].every((value) => /^[\t\x20-\x7e]*$/.test(value)),
  )
  const written = attempt(() => formatWwwAuthenticate(challenges))
  if ((written !== undefined) !== carriable) fail('the formatter and the alphabet disagree')
  if (written !== undefined && flat(parseWwwAuthenticate(written)) !== flat(challenges)) {
    fail(`formatted and parsed again: ${written}`)
  }
  // The raw text as a name: only a token passes.
  const text = header ?? ''
  const isToken = /^[\w!#$%&'*+.^`|~-]+$/.test(text)
  const made = attempt(() => formatWwwAuthenticate([{ scheme: text, parameters: [[text, 'x']] }]))
  const named = attempt(() => formatWwwAuthenticate([{ scheme: 'X', parameters: [[text, 'x']] }]))
  const token = attempt(() => formatWwwAuthenticate([{ scheme: 'X', token68: text }]))
  if ((made !== undefined) !== isToken || (named !== undefined) !== isToken) fail('a name slips by')
  if ((token !== undefined) !== /^[\w\-.~+/]+=*$/.test(text)) fail('a token68 slips by')
}

/** The result, or nothing when it is refused with a TypeError. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

function flat(challenges: readonly AuthChallenge[]): string {
  return same(
    challenges.map((one) => [one.scheme.toLowerCase(), one.token68 ?? '', [...one.parameters]]),
  )
}

function withoutReference(reading: ChallengeReading): unknown {
  if (reading.kind !== 'challenge') return reading
  const { reference: _, ...rest } = reading.challenge
  return rest
}

function same(value: unknown): string {
  return canonicalJson(value as Json)
}

function fail(what: string): never {
  throw new Error(what)
}
