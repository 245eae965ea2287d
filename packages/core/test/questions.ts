import {
  type AuthorizationDetail,
  type Grant,
  type Resource,
  type Reuse,
  Secret,
} from '@lumojit/protocol'
import type { Entry } from '../src/ledger.ts'
import { canonicalPermission, type Question } from '../src/question.ts'

export const api: Resource = { url: 'https://api.example.com' }
export const other: Resource = { url: 'https://other.example.com' }
export const read: AuthorizationDetail = { type: 'document', actions: ['read'] }
export const write: AuthorizationDetail = { type: 'document', actions: ['write'] }
export const both: AuthorizationDetail = { type: 'document', actions: ['read', 'write'] }

/** What a call asks; a `task` question for reading unless said otherwise. */
export function question(
  more: Partial<Question> & { readonly detail?: AuthorizationDetail } = {},
): Question {
  const { detail = read, ...rest } = more
  const permission = rest.permission ?? ({ kind: 'details', details: [detail] } as const)
  return {
    resource: api,
    permission,
    canonical: canonicalPermission(permission),
    reuse: 'task',
    unit: 'unit-1',
    circumstances: 'circumstances-1',
    method: 'GET',
    url: new URL('https://api.example.com/v1/x'),
    justification: 'because',
    ttlSeconds: 600,
    ...rest,
  }
}

let made = 0

/** A grant for what was asked, stated by the authority unless `granted` says otherwise. */
export function entry(
  of: Question = question(),
  more: {
    reuse?: Reuse
    granted?: AuthorizationDetail | 'not-stated'
    expiresAt?: number
    requestId?: string
  } = {},
): Entry {
  const { reuse = of.reuse, granted, expiresAt = 10_000, requestId = `request-${++made}` } = more
  const grant: Grant = {
    ref: { taskId: 'task-1', requestId },
    resource: of.resource,
    token: new Secret(`token-${requestId}`),
    scheme: 'Bearer',
    asked: of.permission,
    expiresAt,
    ...(granted === 'not-stated'
      ? {}
      : {
          granted: granted
            ? { kind: 'details' as const, details: [granted] as const }
            : of.permission,
        }),
  }
  return { grant, canonical: of.canonical, reuse, question: of, units: new Set([of.unit]) }
}
