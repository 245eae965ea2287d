import type { Changes } from './changes.ts'
import type { Clock } from './clock.ts'
import type { Configuration } from './configuration.ts'
import type { Directory } from './directory.ts'
import type { Keyring } from './keyring.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Policy } from './rules.ts'
import type { AuthorityStore } from './store.ts'

/** What the authority has done since it was made, counted where it was done. */
export interface Counts {
  /** Tasks opened. */
  tasks: number
  /** Requests opened; a repeat that joined one is in `joined`. */
  requests: number
  joined: number
  approvals: number
  denials: number
  suspendedTasks: number
  /** Requests revoked or withdrawn. */
  revokedRequests: number
  redemptions: number
  /** Tokens of every kind. */
  tokensIssued: number
  revokedTokens: number
  introspections: number
  /** Long polls held at this moment. */
  openWaits: number
}

export const noCounts = (): Counts => ({
  tasks: 0,
  requests: 0,
  joined: 0,
  approvals: 0,
  denials: 0,
  suspendedTasks: 0,
  revokedRequests: 0,
  redemptions: 0,
  tokensIssued: 0,
  revokedTokens: 0,
  introspections: 0,
  openWaits: 0,
})

/** All that an operation may touch. */
export interface Context {
  readonly configuration: Configuration
  readonly directory: Directory
  readonly store: AuthorityStore
  readonly rules: Policy
  readonly keyring: Keyring
  readonly rateLimits: RateLimits
  readonly clock: Clock
  readonly changes: Changes
  readonly counts: Counts
  /** Aborts when the authority closes: waits end, feeds end. */
  readonly closing: AbortSignal
}
