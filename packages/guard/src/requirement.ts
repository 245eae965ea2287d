import {
  type AuthorizationDetail,
  type AuthorizationDetails,
  covers,
  type Dialect,
  type Permission,
  readDetails,
} from '@lumojit/protocol'
import { GuardError } from './guard-error.ts'
import type { Verified } from './verified.ts'

/** What a call needs: one detail, several together, or a Permission (the way to need scope). `[]`: a valid token is enough. */
export type Requirement = AuthorizationDetail | AuthorizationDetails | readonly [] | Permission

/** A requirement, or a function that reads it off the call. The function runs after the token was verified. */
export type RequirementOf<Call> = Requirement | ((call: Call) => Requirement | Promise<Requirement>)

/**
 * The permission a requirement stands for; undefined when a valid token is enough. Throws
 * `REQUIRED_INVALID` for anything else, `undefined` included: a table without an entry must not open a door.
 */
export function permissionOf(required: Requirement, dialect: Dialect): Permission | undefined {
  if (Array.isArray(required) && required.length === 0) return undefined
  const value: unknown = required
  if (isObject(value) && value.kind === 'scope' && !Object.hasOwn(value, 'type')) {
    return scopePermission(value.scope)
  }
  const isPermission = isObject(value) && value.kind === 'details' && Array.isArray(value.details)
  const reading = readDetails(isPermission ? value.details : value)
  if (reading.kind !== 'details') {
    throw invalid(
      'What this call requires is not RFC 9396 details.',
      'Give details with a type, a Permission, or [] where a valid token is enough.',
    )
  }
  if (dialect === 'scope') {
    throw invalid(
      'The scope dialect cannot say that details are missing.',
      "Require { kind: 'scope', scope: […] }, or choose another dialect.",
    )
  }
  return { kind: 'details', details: reading.details }
}

/** True when the token alone grants all that is required. Never looks at who the token speaks for. */
export function satisfies(verified: Verified, permission: Permission): boolean {
  if (permission.kind === 'scope') {
    return permission.scope.every((name) => verified.scope.includes(name))
  }
  const [first, ...rest] = verified.details
  return first !== undefined && covers([first, ...rest], permission.details)
}

function scopePermission(scope: unknown): Permission {
  const names: readonly unknown[] = Array.isArray(scope) ? scope : []
  const [first, ...rest] = names.filter(
    (name) => typeof name === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name),
  ) as string[]
  if (first === undefined || rest.length + 1 !== names.length) {
    throw invalid('A required scope is malformed.', 'Give scope tokens as RFC 6749 §3.3 has them.')
  }
  return { kind: 'scope', scope: [first, ...rest] }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const invalid = (message: string, fix: string) => new GuardError('REQUIRED_INVALID', message, fix)
