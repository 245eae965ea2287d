import type { AuthorizationDetails, Dialect } from '@lumojit/protocol'

/** How the guard under test is to be made; everything else stays at its defaults. */
export interface GuardSetup {
  readonly issuer: string
  readonly audience: string
  readonly dialect: Dialect
  readonly challengeAnonymous: boolean
  /** What the resource is known by at the issuer's introspection endpoint, for a guard that asks there. */
  readonly introspection: { readonly clientId: string; readonly clientSecret: string }
  /** What the one guarded endpoint requires. */
  readonly required: AuthorizationDetails
}

/** One endpoint behind the guard and the skin under test. It answers 200 when the guard lets a call pass. */
export interface OpenGuard {
  /** A GET with exactly these header lines, in this order, two of a name as two lines where the skin can. */
  send(headers: readonly (readonly [name: string, value: string])[]): Promise<Response>
  /** Moves the guard's clock forward (its waits stay real). */
  advance(ms: number): void
  close(): Promise<void>
}

export interface GuardHarness {
  readonly name: string
  open(setup: GuardSetup): Promise<OpenGuard>
  /** By requirement id; each must be in `allowedSkips`. */
  readonly skips?: readonly string[]
}
