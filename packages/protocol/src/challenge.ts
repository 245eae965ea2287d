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
/** `invalid-token`: RFC 6750 says the token itself is at fault, so nothing is to be asked for. */
export type ChallengeReading =
  | { readonly kind: 'none' | 'invalid-token' }
  | {
      readonly kind: 'unreadable'
      readonly reason:
        | 'too-large'
        | 'not-base64'
        | 'not-json'
        | 'too-deep'
        | 'too-many'
        | 'no-type'
        | 'types-only'
    }
  | { readonly kind: 'challenge'; readonly challenge: Challenge }

/** Defaults: 8192 header bytes, 65536 body bytes, depth 8, 16 details, 64 members each, 2048 characters a string. */
export interface ChallengeLimits {
  readonly headerBytes: number
  readonly bodyBytes: number
  readonly depth: number
  readonly details: number
  readonly members: number
  readonly stringLength: number
}

/** Status and headers of an answer; the body stays unread. */
export interface ResponseHead {
  readonly status: number
  readonly headers: Headers
}
