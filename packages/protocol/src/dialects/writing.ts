import type { AuthorizationDetail, AuthorizationDetails } from '../authorization-details.ts'
import type { Challenge } from '../challenge.ts'
import { formatWwwAuthenticate } from '../format-www-authenticate.ts'
import type { WrittenChallenge } from './dialect.ts'

const EXPOSED = 'WWW-Authenticate, Insufficient-Authorization-Details, Retry-After, DPoP-Nonce'

/** Details as they go out: one alone as an object where the dialect has it so. */
export function oneOrMany(
  details: AuthorizationDetails,
): AuthorizationDetail | AuthorizationDetails {
  return details.length === 1 ? details[0] : details
}

/** Throws `TypeError` when a challenge asks for scope in a dialect of details. */
export function detailsOf(challenge: Challenge): AuthorizationDetails {
  if (challenge.permission.kind === 'details') return challenge.permission.details
  throw new TypeError(
    `The dialect ${challenge.dialect} carries details, and the challenge has scope`,
  )
}

/** Puts a refusal together: the Bearer challenge, the JSON body, and what keeps caches and browsers right. */
export function refusal(options: {
  readonly status: 401 | 403
  readonly error: string
  readonly description: string
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[]
  readonly headers?: Readonly<Record<string, string>>
  readonly members?: Readonly<Record<string, unknown>>
}): WrittenChallenge {
  const { status, error, description } = options
  const parameters: (readonly [string, string])[] = [
    ['error', error],
    ['error_description', printable(description)],
  ]
  for (const [name, value] of options.parameters) {
    if (value !== undefined) parameters.push([name, value])
  }
  return {
    status,
    headers: {
      'WWW-Authenticate': formatWwwAuthenticate([{ scheme: 'Bearer', parameters }]),
      ...options.headers,
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Access-Control-Expose-Headers': EXPOSED,
    },
    body: JSON.stringify({ error, error_description: description, ...options.members }),
  }
}

/** RFC 6750 §3 allows `error_description` %x20-21 / %x23-5B / %x5D-7E; the body has the original. */
function printable(description: string): string {
  return description.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu, '?')
}
