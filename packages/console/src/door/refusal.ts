import { OperationError, type OperationErrorCode } from '@lumojit/authority'

/** The console does not do what it was asked; said on a page of its own. */
export class ConsoleRefusal extends Error {
  override readonly name = 'ConsoleRefusal'
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 500
  readonly title: string
  readonly fix: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    status: ConsoleRefusal['status'],
    title: string,
    message: string,
    {
      fix,
      retryAfterMs,
      cause,
    }: {
      readonly fix?: string | undefined
      readonly retryAfterMs?: number | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.status = status
    this.title = title
    this.fix = fix
    this.retryAfterMs = retryAfterMs
  }
}

const STATUS: Partial<Record<OperationErrorCode, ConsoleRefusal['status']>> = {
  permission_denied: 403,
  invalid_token: 401,
  task_not_found: 404,
  request_not_found: 404,
  agent_not_found: 404,
  user_not_found: 404,
  delivery_not_found: 404,
  not_found: 404,
  invalid_state: 409,
  agent_exists: 409,
  task_not_active: 409,
  invalid_credentials: 401,
  rate_limit_exceeded: 429,
  server_error: 500,
}

const TITLES: Readonly<Record<ConsoleRefusal['status'], string>> = {
  400: 'That does not work',
  401: 'Sign in',
  403: 'You may not do this',
  404: 'Not found',
  405: 'Not this way',
  409: 'Too late',
  413: 'Too much',
  415: 'Not this way',
  429: 'Too often',
  500: 'Something broke',
}

/** What an operation refused, as the console tells it. */
export const asRefusal = (error: unknown): ConsoleRefusal => {
  if (error instanceof ConsoleRefusal) return error
  if (!(error instanceof OperationError))
    return new ConsoleRefusal(500, TITLES[500], 'The console could not do this.', { cause: error })
  const status = STATUS[error.code] ?? 400
  const { message, fix, retryAfterMs } = error
  return new ConsoleRefusal(status, TITLES[status], message, { fix, retryAfterMs, cause: error })
}
