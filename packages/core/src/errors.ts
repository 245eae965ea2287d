import type { Permission } from '@lumojit/protocol'

/** The caller's mistake, or the world's: thrown, never shown to the model. */
export type FaultCode =
  | 'CONFIG_INVALID'
  | 'INSECURE_URL'
  | 'ORIGIN_NOT_LISTED'
  | 'CALLER_AUTHORIZATION'
  | 'BODY_NOT_REPLAYABLE'
  | 'EFFECT_UNKNOWN'
  | 'NO_TASK'
  | 'TASK_CLOSED'
  | 'HANDLE_INVALID'
  | 'STATE_KEY_MISSING'
  | 'SUSPENDED'

/** An answer about permission: an `Outcome` through `callTool`, thrown by `task.fetch`. */
export type RefusalCode =
  | 'DENIED'
  | 'EXPIRED'
  | 'REVOKED'
  | 'TASK_ENDED'
  | 'STILL_INSUFFICIENT'
  | 'GRANT_NARROWED'
  | 'GRANT_EXCEEDS'
  | 'POLICY_REFUSED'
  | 'BUDGET_SPENT'
  | 'TYPE_NOT_LISTED'
  | 'FOREIGN_LOCATION'
  | 'MANY_DETAILS_UNSUPPORTED'
  | 'CHALLENGE_UNKNOWN'
  | 'CLAIMED_ELSEWHERE'
  | 'AUTHORITY_UNREACHABLE'
  | 'AUTHORITY_REJECTED'
  | 'AUTHORITY_MALFORMED'
  | 'RATE_LIMITED'

/**
 * A final answer, fit to be told to a model. `message` is the approver's own text, at most 500
 * characters, control characters removed. `granted`: what was given instead (`GRANT_NARROWED`).
 */
export interface Refusal {
  readonly code: RefusalCode
  readonly message?: string
  /** False: asking the same again in this task changes nothing. */
  readonly retryable: boolean
  readonly retryAfterMs?: number
  /** The authority's own word for the risk, when it gave one. */
  readonly risk?: string
  readonly granted?: Permission
}

const MARK: unique symbol = Symbol.for('lumojit.error') as never

/**
 * Every error this library throws by itself. Own members are not enumerable, so that printing or
 * serialising an error shows its name, code and message and nothing that it carries.
 */
export class LumojitError extends Error {
  declare readonly code: FaultCode | RefusalCode
  /** One sentence: what to change. */
  declare readonly fix: string
  /** Present exactly when the code is a {@link RefusalCode}. */
  declare readonly refusal?: Refusal
  /** The unread response that led here. */
  declare readonly response?: Response
  /** With `SUSPENDED`: what waits. */
  declare readonly approval?: PendingApproval

  constructor(
    code: FaultCode | RefusalCode,
    message: string,
    fix: string,
    options: ErrorOptions & {
      readonly refusal?: Refusal
      readonly response?: Response | undefined
      readonly approval?: PendingApproval
    } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    hide(this, 'name', 'LumojitError')
    hide(this, 'code', code)
    hide(this, 'fix', fix)
    hide(this, MARK as never, true)
    for (const member of ['refusal', 'response', 'approval'] as const) {
      if (options[member]) hide(this, member, options[member])
    }
  }
}

function hide(target: object, member: string, value: unknown): void {
  Object.defineProperty(target, member, { value, enumerable: false, configurable: true })
}

/** By a registered symbol, so that it also holds across two copies of the package. */
export function isLumojitError(value: unknown): value is LumojitError {
  return typeof value === 'object' && value !== null && (value as never)[MARK] === true
}

/** All that ever travels through framework state, messages or the wire. Everything but `handle` is for display. */
export interface PendingApproval {
  readonly type: 'lumojit.permission'
  /** Sealed: authority, task, subject, call, every request this call has opened, and an expiry. */
  readonly handle: string
  readonly toolName: string
  readonly requests: readonly PendingRequest[]
}

export interface PendingRequest {
  readonly requestId: string
  readonly approvalUrl?: string
  /** Milliseconds of the local clock. */
  readonly expiresAt?: number
  readonly waitsFor: 'approver' | 'subject-consent'
}
