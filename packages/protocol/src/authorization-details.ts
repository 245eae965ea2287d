/** Any value JSON can hold. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [member: string]: Json }

/**
 * One permission, as RFC 9396 §2 writes it. Members this library does not know are kept, shown to
 * people and compared exactly. Strings compare by code unit; nothing is Unicode-normalised.
 */
export interface AuthorizationDetail {
  readonly type: string
  readonly actions?: readonly string[]
  readonly locations?: readonly string[]
  readonly datatypes?: readonly string[]
  readonly identifier?: string
  readonly privileges?: readonly string[]
  readonly [member: string]: Json | undefined
}

/** One or more permissions that are asked for, granted and needed together. */
export type AuthorizationDetails = readonly [AuthorizationDetail, ...AuthorizationDetail[]]

/** The RFC 8785 text of details in canonical form: equal text, equal permission. Fit for a map key. */
export type CanonicalDetails = string & { readonly canonical: unique symbol }

/** How a grant compares with what was asked; `unknown` when they differ only in members we do not understand. */
export type Comparison = 'equal' | 'narrower' | 'broader' | 'unrelated' | 'unknown'
