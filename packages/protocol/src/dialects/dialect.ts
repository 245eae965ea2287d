import type { Challenge, Dialect, UnreadableReason } from '../challenge.ts'
import type { ChallengeHead } from '../challenge-head.ts'
import type { DetailsReading } from '../read-details.ts'

/** What a dialect found in its place; `undefined` when nothing stands there. */
export type Found =
  | { readonly kind: 'found'; readonly challenge: Challenge }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason }
  | undefined

/** The body of a refusal, when it is a JSON object. */
export type ChallengeBody = { readonly [member: string]: unknown } | undefined

/** One place where a dialect puts what is missing. Of all places the first that decodes counts. */
export interface Place {
  /** Where this place stands among all of all dialects; 1 is looked at first, heads before bodies. */
  readonly order: number
  read(head: ChallengeHead, body: ChallengeBody): Found
}

export interface WrittenChallenge {
  readonly status: 401 | 403
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How one way of refusing is read. To drop it, delete its file and its lines in `table.ts`. */
export interface DialectReader {
  readonly name: Dialect
  /** `error` codes that announce it. */
  readonly codes: readonly string[]
  /** Resources are known to answer its codes with the details in the body. */
  readonly bodyMayHold: boolean
  /** A header whose mere presence announces it, whatever the code. */
  readonly header?: string
  readonly places: readonly Place[]
}

/** How it is written. Apart, since an agent only reads and a resource only writes. */
export type DialectWriter = (challenge: Challenge, description: string) => WrittenChallenge

/** Makes details that were read into a challenge, with what belongs beside them. */
export function foundDetails(
  dialect: Dialect,
  reading: DetailsReading,
  head: ChallengeHead,
  reference?: unknown,
): Found {
  if (reading.kind === 'unreadable') return reading
  const permission = { kind: 'details', details: reading.details } as const
  return foundPermission({ dialect, permission }, head, reference)
}

/** RFC 9728 §5.1: a URL, so ASCII. */
const WEB_URL = /^https?:\/\/[\x21-\x7e]+$/i

export function foundPermission(
  found: Pick<Challenge, 'dialect' | 'permission'>,
  head: ChallengeHead,
  reference?: unknown,
): Found {
  const metadata = findParameter(head, 'resource_metadata')
  const max = head.limits.stringLength
  return {
    kind: 'found',
    challenge: {
      ...found,
      ...(isShortText(reference, max) && { reference }),
      ...(isShortText(metadata, max) && WEB_URL.test(metadata) && { resourceMetadata: metadata }),
    },
  }
}

function isShortText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= max
}

/** The first parameter of that name in any Bearer or DPoP challenge. */
export function findParameter(head: ChallengeHead, name: string): string | undefined {
  return head.challenges.find((one) => one.parameters.has(name))?.parameters.get(name)
}
