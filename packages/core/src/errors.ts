import type { AuthorityError, Permission } from '@lumojit/protocol'

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

export interface LumojitErrorOptions extends ErrorOptions {
  readonly refusal?: Refusal | undefined
  readonly response?: Response | undefined
  readonly approval?: PendingApproval | undefined
}

const MARK = Symbol.for('lumojit.error')

/**
 * Every error this library throws by itself. What it carries is not enumerable, so that printing
 * or serialising it shows its code, its sentence and its fix, and nothing else.
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
    options: LumojitErrorOptions = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    const { refusal, response, approval } = options
    const carried = { name: 'LumojitError', code, fix, refusal, response, approval, [MARK]: true }
    for (const member of Reflect.ownKeys(carried)) {
      const value = carried[member as keyof typeof carried]
      if (value !== undefined) {
        Object.defineProperty(this, member, { value, enumerable: false, configurable: true })
      }
    }
    // An uncaught error is read in a terminal: say the code and the fix there too.
    const head = `LumojitError [${code}]: ${message}\n    fix: ${fix}`
    const frames = this.stack?.indexOf('\n    at ') ?? -1
    const stack = frames < 0 ? head : head + this.stack?.slice(frames)
    Object.defineProperty(this, 'stack', {
      value: stack,
      enumerable: false,
      configurable: true,
      writable: true,
    })
  }
}

/** By a registered symbol, so that it also holds across two copies of the package. */
export function isLumojitError(value: unknown): value is LumojitError {
  return typeof value === 'object' && value !== null && MARK in value
}

/** What to say and whether another try can help, by code. */
const REFUSALS: Record<RefusalCode, readonly [message: string, fix: string, retryable?: true]> = {
  DENIED: ['The request was denied.', 'Go on without it; it is not asked again in this task.'],
  EXPIRED: ['Nobody decided in time.', 'Ask again when somebody is there to decide.', true],
  REVOKED: [
    'The permission was taken back.',
    'Go on without it; it is not asked again in this task.',
  ],
  TASK_ENDED: ['The task has ended at the authority.', 'Open a new task and ask again there.'],
  STILL_INSUFFICIENT: [
    'The API still refuses with the permission it asked for.',
    "Compare the API's issuer and audience with the authority's, and its required details with what it challenges for.",
  ],
  GRANT_NARROWED: [
    'Less was granted than this call needs.',
    'Do the narrower thing that was granted, or ask for exactly that.',
    true,
  ],
  GRANT_EXCEEDS: [
    'The authority granted something else than was asked; the token was revoked unused.',
    "Correct the authority's rule for this type.",
  ],
  POLICY_REFUSED: [
    'The policy of this application does not let the agent ask for this.',
    'Change `policy`, or do without.',
  ],
  BUDGET_SPENT: [
    'This task has asked as often as it may.',
    'End the task, answer what is open, or raise `budget`.',
  ],
  TYPE_NOT_LISTED: [
    'The API asked for a type of permission that it may not ask for.',
    'Add the type to `types` of this resource if it is meant to.',
  ],
  FOREIGN_LOCATION: [
    'The API asked for a permission at a place that is not its own.',
    'Correct `audience` of this resource, or the `locations` the API challenges with.',
  ],
  MANY_DETAILS_UNSUPPORTED: [
    'The API needs several permissions in one token, and the authority grants one at a time.',
    'Let the API challenge with one object, or use an authority that takes several.',
  ],
  CHALLENGE_UNKNOWN: [
    'No such challenge is open for this call.',
    'Call the protected tool again and use the challenge id of its answer.',
  ],
  CLAIMED_ELSEWHERE: [
    'Another run of the same call is doing this.',
    'Read its result, or try again later.',
    true,
  ],
  AUTHORITY_UNREACHABLE: [
    'The authority does not answer.',
    'Check its URL and that it runs.',
    true,
  ],
  AUTHORITY_REJECTED: [
    'The authority refused this agent.',
    "Check the agent's credentials and organization.",
  ],
  AUTHORITY_MALFORMED: [
    'The authority gave an answer that cannot be read.',
    'Check that the URL is the authority and its version.',
  ],
  RATE_LIMITED: ['The authority asks to slow down.', 'Try again later.', true],
}

/** Text of a person, for another: no more than that many characters, and none that is invisible or turns text around. */
export function plainText(text: string, most: number): string {
  return text
    .replace(/[\t\n\r]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .slice(0, most)
    .replace(/\p{Cs}/gu, '')
    .trim()
}

/** A refusal as an error. `more` adds to, or replaces, what the code says by itself. */
export function refuse(
  code: RefusalCode,
  more: Omit<Partial<Refusal>, 'code'> & {
    readonly fix?: string | undefined
    readonly cause?: unknown
  } = {},
): LumojitError {
  const [sentence, usualFix, retryable = false] = REFUSALS[code]
  const { fix = usualFix, cause, message: said, ...told } = more
  const message = said === undefined ? undefined : plainText(said, 500)
  const refusal: Refusal = { code, retryable, ...(message ? { message } : {}), ...told }
  return new LumojitError(code, message ? `${sentence} ${message}` : sentence, fix, {
    refusal,
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The authority's trouble as a refusal: it is an answer about permission, and the answer is no. */
export function refuseFor(error: AuthorityError): LumojitError {
  const code = (
    {
      unreachable: 'AUTHORITY_UNREACHABLE',
      rejected: 'AUTHORITY_REJECTED',
      malformed: 'AUTHORITY_MALFORMED',
      'rate-limited': 'RATE_LIMITED',
    } as const
  )[error.kind]
  return refuse(code, {
    cause: error,
    fix: error.fix,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  })
}
