import { AuthorityError } from '@lumojit/protocol'
import { OperationError, type OperationErrorCode } from './operation-error.ts'

/** What the port promises to reject with. */
export const asAuthorityError = (error: unknown): AuthorityError => {
  if (!(error instanceof OperationError))
    return new AuthorityError('unreachable', 'The authority failed.', { cause: error })
  const kind = ['budget_exceeded', 'rate_limit_exceeded'].includes(error.code)
    ? 'rate-limited'
    : 'rejected'
  return new AuthorityError(kind, error.message, {
    cause: error,
    ...(error.fix !== undefined && { fix: error.fix }),
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  })
}

export const isRefusal = (error: unknown, ...codes: readonly OperationErrorCode[]): boolean =>
  error instanceof OperationError && codes.includes(error.code)
