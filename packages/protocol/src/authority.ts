import type { Permission, Reuse } from './permission.ts'
import type { Secret } from './secret.ts'

/** A listed protected API. A token obtained for one resource is never sent to another, whatever a challenge says. */
export interface Resource {
  /** An https URL, or http on a loopback literal. The origin must match; a path, if any, is a prefix on segment boundaries. */
  readonly url: string
  /** Its own name for itself in `locations` and RFC 8707 `resource`. Default: `url`. */
  readonly audience?: string
  /** Detail types it may challenge for. Needed once two resources are listed and the authority does not bind audiences. */
  readonly types?: readonly string[]
  /**
   * What goes out before any grant. `audience` (default): a token good at this resource alone.
   * `shared`: the agent's own token, which also works at the authority itself. `none`: nothing.
   */
  readonly baseToken?: 'audience' | 'shared' | 'none'
}

export interface TaskOptions {
  /** Shown to the approver; at most 480 characters. */
  readonly name?: string
  readonly type?: string
  readonly parentTaskId?: string
  /** A label for the authority and the approver. Alone it delegates nothing and widens or narrows nothing. */
  readonly onBehalfOf?: string
  /** RFC 8693 subject token; called again whenever a delegated token is needed, never stored. */
  readonly subjectToken?: (options: { readonly signal?: AbortSignal }) => Promise<string>
}

/** A task as the authority knows it. `expiresAt`: milliseconds of the local clock. */
export interface TaskRecord {
  readonly id: string
  readonly subject?: string
  readonly expiresAt?: number
}

/** Names one request of one task. Not a credential: whoever holds it still has to be the agent that asked. */
export interface RequestRef {
  readonly taskId: string
  readonly requestId: string
}

export interface PermissionRequest {
  readonly permission: Permission
  readonly resource: Resource
  readonly reuse: Reuse
  /** Shown to the approver; at most 480 characters. */
  readonly justification: string
  /** Seconds the token should live; at most 900. */
  readonly ttlSeconds: number
  /** Same value for the same question of the same call: a repeat after a lost answer opens no second request. */
  readonly idempotencyKey: string
  /** Where the authority may tell of the decision; an authority that cannot leaves it aside. */
  readonly callbackUrl?: string
}

/**
 * What the authority says of a request. Only `granted` lets anyone redeem; whatever is not known
 * is not granted. `message` is the approver's text for the agent.
 */
export type Decision =
  | {
      readonly status: 'granted'
      readonly ref: RequestRef
      readonly message?: string
      readonly risk?: string
    }
  | {
      readonly status: 'pending'
      readonly ref: RequestRef
      readonly approvalUrl?: string
      /** Milliseconds of the local clock. */
      readonly expiresAt?: number
      readonly retryAfterMs?: number
      /** `subject-consent`: the user it is done for must agree first; an approver alone cannot finish it. */
      readonly waitsFor: 'approver' | 'subject-consent'
      readonly risk?: string
    }
  | {
      readonly status: 'denied' | 'expired' | 'revoked' | 'task-ended'
      readonly ref?: RequestRef
      readonly message?: string
      readonly risk?: string
    }

/** A decision that gives nothing and never will. */
export type Refused = Extract<Decision, { status: 'denied' | 'expired' | 'revoked' | 'task-ended' }>

/** A token together with what it was asked for and how long it lives. */
export interface Grant {
  readonly ref: RequestRef
  readonly resource: Resource
  readonly token: Secret
  readonly scheme: 'Bearer' | 'DPoP'
  readonly asked: Permission
  /** As the authority states it; absent when it does not say (then the grant serves equal questions only). */
  readonly granted?: Permission
  /** The authority's word; absent when it does not say. */
  readonly reuse?: Reuse
  /** Milliseconds of the local clock, from `expires_in` at receipt, skew already taken off. */
  readonly expiresAt: number
}

export interface AuthorityCapabilities {
  /** Several details in one request and one token. Without it such a challenge is refused, never split. */
  readonly manyDetails: boolean
  readonly scope: boolean
  /** Tokens carry the resource as `aud`, and resource base tokens are refused at the authority's own endpoints. */
  readonly bindsAudience: boolean
  /** `client`: the authority has no task; tokens of a killed process live until they expire. */
  readonly tasks: 'server' | 'client'
}

/** With `subjectToken`, the exchanged token goes on every call to the authority. */
export interface Io {
  readonly signal?: AbortSignal
  readonly subjectToken?: TaskOptions['subjectToken']
}

/** What ended with a task, and what the authority could not be brought to end (with its last moment, local milliseconds). */
export interface CompletionReport {
  readonly taskId: string
  readonly revoked: number
  readonly unrevoked: readonly { readonly requestId: string; readonly expiresAt: number }[]
}

const BRAND = Symbol.for('lumojit.AuthorityError')

/**
 * What every method of the port rejects with. Never holds a token or a body.
 * `unreachable`: no answer, or 5xx. `rejected`: an answer that says no (wrong secret, unknown organization).
 * `malformed`: an answer nobody can read. `rate-limited`: 429.
 */
export class AuthorityError extends Error {
  override readonly name = 'AuthorityError'
  readonly kind: 'unreachable' | 'rejected' | 'malformed' | 'rate-limited'
  /** HTTP status, when there was one. */
  declare readonly status?: number
  declare readonly retryAfterMs?: number
  /** One sentence that says what to change, when that is known. */
  declare readonly fix?: string

  /** A program may hold two copies of this package: an error of either is one. */
  static override [Symbol.hasInstance](value: unknown): value is AuthorityError {
    return value instanceof Error && BRAND in value
  }

  constructor(
    kind: AuthorityError['kind'],
    message: string,
    options: {
      readonly status?: number
      readonly retryAfterMs?: number
      readonly fix?: string
      readonly cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    Object.defineProperty(this, BRAND, { value: true })
    const { status, retryAfterMs, fix } = options
    // Only what is known: a printed error lists its members.
    if (status !== undefined) this.status = status
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
    if (fix !== undefined) this.fix = fix
  }
}

/**
 * PORT: who decides. The engine speaks only this; `lumoAuth()`, `oauth()` and the authority in
 * process implement it, and one suite (`testAuthority`) holds them to it.
 * Every method rejects with {@link AuthorityError}, or with the reason of an aborted signal.
 */
export interface Authority {
  /** Stable name (issuer or base URL); part of every ledger, flight and idempotency key. */
  readonly id: string
  /** True for its own token, task and approval endpoints: `task.fetch` never goes there, listed or not. */
  owns?(url: URL): boolean
  /** Asked at first need and cached. An authority that does not say gets the careful default: all false, `tasks: 'server'`. */
  capabilities(io?: Io): Promise<AuthorityCapabilities>
  openTask(options: TaskOptions, io?: Io): Promise<TaskRecord>
  /** Idempotent. Ends the task and every token of it, base tokens included. Rejects only when nothing at all could be said. */
  completeTask(task: TaskRecord, grants: readonly Grant[], io?: Io): Promise<CompletionReport>
  request(task: TaskRecord, request: PermissionRequest, io?: Io): Promise<Decision>
  /** `waitMs` is a hint (long poll); an authority that ignores it answers at once and the caller falls back to intervals. */
  status(ref: RequestRef, io?: Io & { readonly waitMs?: number }): Promise<Decision>
  /** May be called again for the same ref (lost answer, new process): the token before it then stops working. */
  redeem(
    ref: RequestRef,
    request: PermissionRequest,
    io?: Io,
  ): Promise<Grant | Exclude<Decision, { status: 'granted' }>>
  /** True when the authority says the token is dead. */
  revoke(grant: Grant, io?: Io): Promise<boolean>
  /** Takes a request back: while pending nobody is asked any more; once granted, its token dies. False when it cannot be done. */
  withdraw?(ref: RequestRef, io?: Io): Promise<boolean>
  /** The agent's own or delegated token for this task and resource; `fresh` after a 401. Undefined for `baseToken: 'none'`. */
  baseToken(
    task: TaskRecord,
    options: TaskOptions,
    resource: Resource,
    io?: Io & { readonly fresh?: boolean },
  ): Promise<Secret | undefined>
  /** 32 bytes: default key of sealed handles, derived from the client's credential. Absent: `JitOptions.stateKey` is needed to suspend. */
  stateKey?(): Promise<Uint8Array>
  /** Ends what belongs to no task: the agent's own tokens, shared base tokens, open connections. Idempotent. */
  close?(io?: Io): Promise<void>
}
