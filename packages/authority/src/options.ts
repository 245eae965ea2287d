import type { JWK } from 'jose'
import type { Clock } from './clock.ts'
import type { Failpoint } from './failpoint.ts'
import type { StoredToken } from './records.ts'
import type { Policy } from './rules.ts'
import type { AuthorityStore } from './store.ts'
import type { WebhookEvent } from './webhook-events.ts'

export interface AgentOptions {
  /** Also its OAuth `client_id`. */
  readonly id: string
  /** Its OAuth `client_secret`; this or `secretHash`. */
  readonly secret?: string
  /** What `hashSecret` made of it. */
  readonly secretHash?: string
  readonly name?: string
  /** Space separated; given when a token request names none, and never exceeded. */
  readonly scope?: string
  /** May open tasks `on_behalf_of` a user, and exchange users' tokens. Default true. */
  readonly actsForUsers?: boolean
  /** Lets it be told of decisions at `callback_url`. Absent: such a request is refused. */
  readonly callbacks?: CallbackOptions
  /** How many granted tokens it may redeem in a period. Absent: as many as it likes. */
  readonly budget?: BudgetOptions
}

export interface CallbackOptions {
  /** `https://host[:port]`; loopback and http only with `loopbackCallbacks`. */
  readonly origins: readonly string[]
  /** Signs what is sent (Standard Webhooks): `whsec_` and 24 to 64 bytes in base64. */
  readonly secret: string
}

export interface BudgetOptions {
  readonly tokens: number
  /** Milliseconds; periods begin at the epoch. */
  readonly periodMs: number
}

/** Calls a minute; more are answered 429 with `Retry-After`. 0: no limit. Counted by each process for itself. */
export interface RateOptions {
  /** Token endpoint, each client. Default 600. */
  readonly token?: number
  /** Everything under `/jit`, each agent or user. Default 60,000. */
  readonly jit?: number
  /** Introspection and revocation, each client. Default 60,000. */
  readonly introspect?: number
  /** Wrong secrets for one client id. Default 30. */
  readonly failures?: number
  /** Sign-ins tried for one user; ten times as many for all of them together. Default 10. */
  readonly signIn?: number
}

export interface WebhookOptions {
  /** https, at a public address. */
  readonly url: string
  /** Signs what is sent (Standard Webhooks): `whsec_` and 24 to 64 bytes in base64. */
  readonly secret: string
  /** Default: every `request.…`, and `task.suspended`. */
  readonly events?: readonly WebhookEvent[]
  /** It may lead to a private address: a system of your own network. Default false. */
  readonly allowPrivate?: boolean
}

export interface UserOptions {
  readonly id: string
  readonly email: string
  /**
   * `jit.approve`: sees what agents ask, decides it, ends tasks. `jit.audit`: reads all of it, and the audit.
   * `jit.admin`: reads all of it, ends tasks, administers agents and users; decides nothing.
   */
  readonly rights?: readonly string[]
  /** What `hashSecret` made of the password to sign in with; one set later wins over it. */
  readonly passwordHash?: string
  /** Space separated: the most that a token exchanged on the user's behalf may carry. Default: none. */
  readonly scope?: string
}

export interface ResourceOptions {
  /** Absolute URI without a fragment: `aud` of the tokens for it (RFC 8707). */
  readonly audience: string
  /** Lets the resource call introspection, with its audience as `client_id`. */
  readonly secret?: string
  /** What `hashSecret` made of it. */
  readonly secretHash?: string
}

export interface LimitOptions {
  /** Milliseconds. Default 24 hours. */
  readonly taskMs?: number
  /** Milliseconds a person has to decide. Default 1 hour. */
  readonly pendingMs?: number
  /** Longest time between decision and redemption, in milliseconds; the task's end comes first. Default 24 hours. */
  readonly redeemMs?: number
  /** Seconds a granted token lives when the agent names no time. Default 600. */
  readonly tokenSeconds?: number
  /** Least seconds; a shorter wish is raised to it. Default 1. */
  readonly minTokenSeconds?: number
  /** Most seconds; at most 900, the default. */
  readonly maxTokenSeconds?: number
  /** Seconds an agent's own, a resource's and a user's token live. Default 3600. */
  readonly baseTokenSeconds?: number
  /** Undecided requests a task may have. Default 20. */
  readonly openRequests?: number
  /** Objects in one `authorization_details`. Default 16. */
  readonly details?: number
  /** Open connections to the revocation feed. Default 1000. */
  readonly feeds?: number
  /** Denials by a person at which a task is suspended. Default 3. */
  readonly denials?: number
  /** Points at which a task is suspended: 1, 3, 5 for a medium, high, critical question nobody approved, 20 for a denial. Default 200. */
  readonly riskScore?: number
  /** Milliseconds a task is kept past its end, with its requests and its audit. Default 365 days. */
  readonly keepMs?: number
  /** Milliseconds after which whoever signed in has to do so again. Default 12 hours. */
  readonly sessionMs?: number
  /** Milliseconds without a sign of life after which it ends before. Default 30 minutes. */
  readonly sessionIdleMs?: number
}

export interface IssuedTokenObservation {
  /** `user`: a person's, whatever it may be used for. */
  readonly kind: Exclude<StoredToken['kind'], 'subject'>
  readonly claims: Readonly<Record<string, unknown>>
  /** The token itself. */
  readonly value: string
}

export interface AuthorityOptions {
  /** Its own origin, for example `http://127.0.0.1:4000`. https, or http on a loopback name. */
  readonly url: string
  /** Slug of the organization served; part of every path. */
  readonly org: string
  readonly agents?: readonly AgentOptions[]
  readonly users?: readonly UserOptions[]
  /** Audiences tokens may be bound to. Absent: any absolute URI without a fragment. */
  readonly resources?: readonly (string | ResourceOptions)[]
  /** Default: the documented risk table, `riskTable()`. */
  readonly rules?: Policy
  readonly limits?: LimitOptions
  readonly rates?: RateOptions
  /** For development: callbacks may go to loopback, over http. Default false. */
  readonly loopbackCallbacks?: boolean
  /** Systems of people that are told what waits and what was decided. */
  readonly webhooks?: readonly WebhookOptions[]
  /** Further `host[:port]` names it answers to, for example behind a proxy. */
  readonly hosts?: readonly string[]
  /** The user a task is done for may approve its requests. Default false. */
  readonly selfApproval?: boolean
  /** Where a person decides a request; sent as `approval_uri`. Absent: nothing is sent. */
  readonly approvalUri?: (ref: { readonly taskId: string; readonly requestId: string }) => string
  readonly store?: AuthorityStore
  readonly clock?: Clock
  /** Private ES256 JWKs, each with a `kid`; the first signs, all verify. Default: kept in the store, made at first need. */
  readonly keys?: readonly [JWK, ...JWK[]]
  /**
   * For demos and tests, which must show or count what was issued. It receives working tokens:
   * anything that logs what it gets has leaked them. What it throws is dropped.
   */
  readonly onTokenIssued?: (token: IssuedTokenObservation) => void
  /** For tests: called at named points, `<operation>:before-answer`. */
  readonly failpoint?: Failpoint
}
