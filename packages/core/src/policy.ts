import type { Permission, Resource, Reuse } from '@lumojit/protocol'

/** What the agent is about to ask for, as far as it is known. */
export interface Ask {
  readonly permission: Permission
  readonly resource: Resource
  /** The HTTP method, or empty when no HTTP call led here. */
  readonly method: string
  readonly url: URL
  readonly toolName?: string
  readonly subject?: string
  /** Requests this task has opened before this one. */
  readonly asksSoFar: number
  readonly reuse: Reuse
}

/** `reuse` narrows or widens what is asked for; left out, it stays as {@link Ask.reuse} has it. */
export type PolicyVerdict =
  | { readonly allow: true; readonly reuse?: Reuse }
  | { readonly allow: false; readonly reason: string }

/**
 * PORT: what this application lets its agents ask for. Asked before the ledger and before any
 * flight is joined, so that no call rides on what another was allowed to ask. A policy that
 * throws has said no.
 */
export interface Policy {
  decide(ask: Ask): PolicyVerdict | Promise<PolicyVerdict>
}

/** The bounds of one task. `requests`: opened in all, default 50. `open`: undecided at once, default 5. */
export interface Budget {
  readonly requests?: number
  readonly open?: number
}
