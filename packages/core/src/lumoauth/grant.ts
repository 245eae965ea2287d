import { type Grant, type PermissionRequest, type RequestRef, readDetails } from '@lumojit/protocol'
import type { Answer } from './answer.ts'
import { readToken } from './oauth-calls.ts'
import type { Settings } from './options.ts'
import { malformed } from './refused.ts'

/** When the answer does not say how long the token lives, it is not trusted for longer than this. */
const UNSAID_LIFE_SECONDS = 300

export function readGrant(
  settings: Settings,
  answer: Answer,
  ref: RequestRef,
  request: PermissionRequest,
): Grant {
  const { token, scheme, lifeMs } = readToken(answer)
  const { authorization_details: stated, reuse } = answer.body
  const life = lifeMs ?? Math.min(request.ttlSeconds, UNSAID_LIFE_SECONDS) * 1000
  const grant: Grant = {
    ref,
    resource: request.resource,
    token,
    scheme,
    asked: request.permission,
    expiresAt: settings.clock.now() + life - settings.skewMs,
    ...((reuse === 'once' || reuse === 'task') && { reuse }),
  }
  if (stated === undefined || stated === null) return grant
  const reading = readDetails(stated)
  if (reading.kind !== 'details') throw malformed('What was granted cannot be read.')
  return { ...grant, granted: { kind: 'details', details: reading.details } }
}
