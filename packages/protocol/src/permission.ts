import type { AuthorizationDetails } from './authorization-details.ts'

/** What may be missing: RFC 9396 details, or (RFC 6750, MCP) plain OAuth scope. */
export type Permission =
  | { readonly kind: 'details'; readonly details: AuthorizationDetails }
  | { readonly kind: 'scope'; readonly scope: readonly [string, ...string[]] }

/**
 * How far a grant reaches in time. `once`: spent by the call that asked, its resend and its
 * re-execution. `task`: any call of the same task to the same resource may use it.
 */
export type Reuse = 'once' | 'task'
