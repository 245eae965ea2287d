import { canonical, type Permission, type Resource, type Reuse } from '@lumojit/protocol'
import { digest } from './digest.ts'

/** What one call needs to be allowed, and how far the answer may reach. */
export interface Question {
  readonly resource: Resource
  readonly permission: Permission
  /** Equal text: equal permission. */
  readonly canonical: string
  readonly reuse: Reuse
  /** Names the call (and its arguments, method, URL and body) that may spend a `once` grant. */
  readonly unit: string
  /** Method, URL and body: what a denial of a `once` question is remembered by, whatever the call. */
  readonly circumstances: string
  readonly method: string
  readonly url: URL
  readonly justification: string
  readonly ttlSeconds: number
}

export function canonicalPermission(permission: Permission): string {
  return permission.kind === 'details'
    ? canonical(permission.details)
    : `scope ${[...new Set(permission.scope)].sort().join(' ')}`
}

/**
 * Names the question: for a `task` answer the permission at its resource, for a `once` answer
 * also the call that may spend it. Hashed, since it travels in handles and must say nothing there.
 */
export async function questionName(question: Question): Promise<string> {
  const { resource, canonical: permission, reuse, unit } = question
  return digest([resource.url, permission, reuse, reuse === 'once' ? unit : ''])
}

/** What a denial is remembered by: resource and permission, and for `once` what it was for. */
export function denialKey(question: Question): string {
  const { resource, canonical: permission, reuse, circumstances } = question
  return JSON.stringify([resource.url, permission, reuse === 'once' ? circumstances : ''])
}
