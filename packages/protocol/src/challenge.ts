import type { Permission } from './permission.ts'

/** The ways in which a resource can say what is missing; one file each in `dialects/`. */
export type Dialect = 'lumoauth' | 'rar-403' | 'rar-401' | 'scope'

/** What a resource says is missing. Its prose stays behind: neither model nor approver reads text of the resource. */
export interface Challenge {
  readonly dialect: Dialect
  readonly permission: Permission
  /** Draft 05+ `authorization_reference`; opaque, meaningful for one resource only. */
  readonly reference?: string
  /** RFC 9728 `resource_metadata`. */
  readonly resourceMetadata?: string
}

/**
 * Why details could not be read. `no-type`: something that should be a detail is no object with a
 * non-empty string `type`. `bad-member`: a member that RFC 9396 §2.2 defines has another data type.
 * `not-json` includes what no JSON text can carry on (infinities, lone surrogates). `types-only`:
 * the resource names types (draft 04) and no details, which nobody can ask for.
 */
export type UnreadableReason =
  | 'too-large'
  | 'not-base64'
  | 'not-json'
  | 'too-deep'
  | 'too-many'
  | 'no-type'
  | 'bad-member'
  | 'types-only'

/** `invalid-token`: RFC 6750 says the token itself is at fault, so nothing is to be asked for. */
export type ChallengeReading =
  | { readonly kind: 'none' | 'invalid-token' }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason }
  | { readonly kind: 'challenge'; readonly challenge: Challenge }

/** Status and headers of an answer; the body stays unread. */
export interface ResponseHead {
  readonly status: number
  readonly headers: Headers
}

/** How much a challenge may hold. Everything beyond is unreadable, never cut off. */
export interface ChallengeLimits {
  /** Bytes of one header value. Default 8192. */
  readonly headerBytes: number
  /** UTF-8 bytes of the body. Default 65536. */
  readonly bodyBytes: number
  /** Levels of objects and arrays, the detail itself being the first. Default 8. */
  readonly depth: number
  /** Objects in `authorization_details`. Default 16. */
  readonly details: number
  /** Members of each object, items of each array inside a detail, scopes. Default 64. */
  readonly members: number
  /** UTF-16 code units of each string and member name. Default 2048. */
  readonly stringLength: number
}

export const CHALLENGE_LIMITS: ChallengeLimits = Object.freeze({
  headerBytes: 8192,
  bodyBytes: 65536,
  depth: 8,
  details: 16,
  members: 64,
  stringLength: 2048,
})
