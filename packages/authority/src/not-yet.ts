import { OperationError } from './operation-error.ts'

/** Stands where an operation is announced and not there yet. */
export const notYet = (): never => {
  throw new OperationError('server_error', 'This operation is not there yet.')
}
