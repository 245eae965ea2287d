/** Everything an operation can refuse with. `http.ts` alone knows which HTTP status each of them gets. */
export type OperationErrorCode =
  | 'invalid_request'
  | 'invalid_authorization_details'
  | 'invalid_state'
  | 'task_not_active'
  | 'invalid_scope'
  | 'invalid_grant'
  | 'unsupported_token_type'
  | 'invalid_callback_url'
  | 'invalid_target'
  | 'unsupported_grant_type'
  | 'invalid_client'
  | 'invalid_token'
  | 'invalid_credentials'
  | 'task_agent_mismatch'
  | 'request_agent_mismatch'
  | 'request_not_approved'
  | 'request_not_redeemable'
  | 'jit_token_not_allowed'
  | 'permission_denied'
  | 'delegation_not_allowed'
  | 'delegation_depth_exceeded'
  | 'origin_not_allowed'
  | 'tenant_not_found'
  | 'task_not_found'
  | 'request_not_found'
  | 'agent_not_found'
  | 'user_not_found'
  | 'delivery_not_found'
  | 'agent_exists'
  | 'not_found'
  | 'method_not_allowed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'misdirected_request'
  | 'budget_exceeded'
  | 'rate_limit_exceeded'
  | 'too_many_connections'
  | 'server_error'

/** A refusal of an operation. `message` is for the caller and holds neither a token nor a body. */
export class OperationError extends Error {
  override readonly name = 'OperationError'
  readonly code: OperationErrorCode
  /** What to change, when that is known. */
  readonly fix: string | undefined
  /** Milliseconds after which the same call may succeed. */
  readonly retryAfterMs: number | undefined
  /** What the answer carries besides. */
  readonly members: Readonly<Record<string, unknown>>
  /** Of the limit that was hit, for `X-RateLimit-*`. */
  readonly rate: { readonly limit: number; readonly resetAt: number } | undefined

  constructor(
    code: OperationErrorCode,
    message: string,
    options: {
      readonly fix?: string
      readonly retryAfterMs?: number
      readonly members?: Readonly<Record<string, unknown>>
      readonly rate?: { readonly limit: number; readonly resetAt: number }
      readonly cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.fix = options.fix
    this.retryAfterMs = options.retryAfterMs
    this.members = options.members ?? {}
    this.rate = options.rate
  }
}
