import type { Decision, RequestRef } from '@lumojit/protocol'
import { plainText } from '../errors.ts'
import type { Answer } from './answer.ts'
import type { Settings } from './options.ts'
import { isLoopback, pathSegment } from './paths.ts'
import { malformed } from './refused.ts'
import { localTime, retryAfter } from './server-time.ts'

/**
 * Reads a 2xx about a request by its `status` alone. Only `approved` is granted and only `pending`
 * may still become so; every word nobody knows is a no. `token_url` and `status_url` are not followed.
 */
export function readDecision(settings: Settings, answer: Answer, ref: RequestRef): Decision {
  const { body, headers } = answer
  refuseOlderDialect(body)
  const message = firstText(body.agent_message, body.deny_reason, body.review_notes)
  const risk = firstText(body.risk_level)
  const common = { ...(message && { message }), ...(risk && { risk }) }
  if (typeof body.status !== 'string') throw malformed('The answer holds no status.')
  if (body.status === 'approved') return { status: 'granted', ref, ...common }
  // Our authority says beside LumoAuth's word that it was the task's time that ended.
  if (body.status === 'expired' && body.task_ended === true)
    return { status: 'task-ended', ref, ...common }
  if (body.status !== 'pending') {
    const known = body.status === 'expired' || body.status === 'revoked' ? body.status : 'denied'
    return { status: known, ref, ...common }
  }
  const now = settings.clock.now()
  const approvalUrl = safeLink(body.approval_uri, settings.base) ?? settings.approvalUrl?.(ref)
  const expiresAt = localTime(body.expires_at, headers, now)
  const retryAfterMs = retryAfter(headers, now)
  return {
    status: 'pending',
    ref,
    waitsFor: body.delegation_consent_required === true ? 'subject-consent' : 'approver',
    ...(risk && { risk }),
    ...(approvalUrl && { approvalUrl }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

/** An id is opaque, a string or a number; it only has to fit in a path. */
export function readId({ body }: Answer, member: 'task_id' | 'request_id'): string {
  refuseOlderDialect(body)
  const value = body[member]
  const id = typeof value === 'number' ? String(value) : value
  if (typeof id === 'string' && pathSegment(id)) return id
  throw malformed(`The answer holds no ${member}.`)
}

/** It approves whole tasks by link: going on would wait for something that never comes. */
function refuseOlderDialect(body: Answer['body']): void {
  if (typeof body.approval_url === 'string') {
    throw malformed(
      'This LumoAuth approves whole tasks (approval_url): an older wire, not spoken here.',
    )
  }
}

/** The first that says anything. */
function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = typeof value === 'string' && plainText(value, 500)
    if (text) return text
  }
  return undefined
}

function safeLink(value: unknown, base: string): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value, base)) return undefined
  const url = new URL(value, base)
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  return safe ? url.href : undefined
}
