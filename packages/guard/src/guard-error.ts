/**
 * `OPTIONS_INVALID`, `INSECURE_URL` and `REQUIRED_INVALID` are mistakes of the program and are thrown.
 * `GUARD_CLOSED` and all others are answered 503 and handed to `onFault`.
 */
export type GuardErrorCode =
  | 'OPTIONS_INVALID'
  | 'INSECURE_URL'
  | 'REQUIRED_INVALID'
  | 'GUARD_CLOSED'
  | 'METADATA_UNREACHABLE'
  | 'METADATA_UNREADABLE'
  | 'ISSUER_MISMATCH'
  | 'KEYS_UNREACHABLE'
  | 'KEYS_UNREADABLE'
  | 'FEED_NOT_OFFERED'
  | 'FEED_UNREACHABLE'
  | 'FEED_UNREADABLE'
  | 'INTROSPECTION_NOT_OFFERED'
  | 'INTROSPECTION_REFUSED'
  | 'INTROSPECTION_UNREACHABLE'
  | 'INTROSPECTION_UNREADABLE'

/** What the guard throws or reports. Never holds a token, a header or a body. */
export class GuardError extends Error {
  override readonly name = 'GuardError'
  readonly code: GuardErrorCode
  /** One sentence that says what to change. */
  readonly fix: string

  constructor(code: GuardErrorCode, message: string, fix: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.fix = fix
  }
}
