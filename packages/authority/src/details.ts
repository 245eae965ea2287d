import type { AuthorizationDetails } from '@lumojit/protocol'
import { OperationError } from './operation-error.ts'
export const details = (value: unknown, most: number): AuthorizationDetails => {
  const list = Array.isArray(value) ? value : [value]
  if (list.length === 0 || list.length > most || list.some((each) => typeof each?.type !== 'string' || each.type === ''))
    throw new OperationError('invalid_authorization_details', '`authorization_details` cannot be read.')
  return list as unknown as AuthorizationDetails
}
export const canonical = (d: AuthorizationDetails) => JSON.stringify(d) as any
export const covers = (a: AuthorizationDetails, b: AuthorizationDetails) => JSON.stringify(a) === JSON.stringify(b)
