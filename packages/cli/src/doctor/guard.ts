import { challengeNeedsBody, readChallenge, type Secret } from '@lumojit/protocol'
import { describeAll } from '../output/describe.ts'
import { inert } from '../output/inert.ts'
import { type Answered, call, textOf } from './call.ts'
import { parameterOf } from './challenge-parameter.ts'
import { type Finding, fault, open, well } from './finding.ts'
import type { ResourceCheck } from './resource-check.ts'

/** A fresh token, good here alone, and what the guard makes of it. */
export async function tryGuard(
  of: ResourceCheck,
  token: Secret,
  audience: string,
): Promise<Finding> {
  const { url, issuer, stop } = of
  const headers = { authorization: `Bearer ${token.reveal()}` }
  const answer = await call(url, stop, { headers })
  if (answer.kind === 'away') return open(url, `it did not answer a second time: ${answer.why}`)
  const { status, json } = answer
  const said = textOf(json.error_description)
  if (status === 503 && json.error === 'temporarily_unavailable') {
    return /issuer/i.test(said)
      ? fault(
          url,
          'PATH_T',
          `Its guard reaches this authority under another name: ${inert(said)}`,
          `Set the guard to ${rightGuard(issuer, audience)}; the /t path serves the same authority, but tokens carry /orgs.`,
        )
      : fault(
          url,
          'GUARD_BLIND',
          `Its guard cannot ask its authority: ${inert(said)}`,
          `See that the API reaches ${issuer}.`,
        )
  }
  if (status === 401 && saysInvalid(answer)) {
    return refused(of, said, audience)
  }
  const reading = readChallenge(
    answer,
    challengeNeedsBody(answer) ? JSON.stringify(json) : undefined,
  )
  if (reading.kind === 'challenge') {
    const { permission } = reading.challenge
    const asks =
      permission.kind === 'details' ? describeAll(permission.details) : permission.scope.join(' ')
    return well(url, `its guard takes our tokens, and asks for ${inert(asks)}`)
  }
  if (status >= 500) return open(url, `it answers ${status}; name a URL of it that works`)
  if (status === 401 || status === 403)
    return fault(
      url,
      'GUARD_REFUSES',
      `It answers ${status} and does not say which permission is missing.`,
      'Put a guard before it that says what is missing (@lumojit/guard).',
    )
  if (status === 404 || status === 405)
    return open(url, `it answers ${status}, so its guard was not met; name a URL that it protects`)
  return well(url, `answers ${status}`)
}

/** A guard does not say why. What can be told apart from here is told apart. */
async function refused(of: ResourceCheck, said: string, audience: string): Promise<Finding> {
  const { url, issuer } = of
  if (/expired|future/i.test(said))
    return fault(
      url,
      'CLOCK_OFF',
      `It refuses a token made just now: ${inert(said)}`,
      'Set the clock of the API by the network (timedatectl set-ntp true).',
    )
  for (const other of likeNames(url, audience)) {
    if (await takes(of, other))
      return fault(
        url,
        'GUARD_OTHER_AUDIENCE',
        `Its guard takes tokens for ${other}, and the agent asks for tokens for ${audience}.`,
        `Set \`audience\` of this resource to ${other}, or the guard to ${rightGuard(issuer, audience)}.`,
      )
  }
  return fault(
    url,
    'GUARD_OTHER_ISSUER',
    'Its guard refuses a fresh token of this authority: it trusts another issuer, or goes by another audience.',
    `Set the guard to ${rightGuard(issuer, audience)}.`,
  )
}

/** Names that people take for the same. */
function likeNames(url: string, audience: string): readonly string[] {
  const { origin } = new URL(url)
  const turned = audience.endsWith('/') ? audience.slice(0, -1) : `${audience}/`
  return [...new Set([turned, origin, `${origin}/`])].filter((name) => name !== audience)
}

async function takes({ url, obtain, stop }: ResourceCheck, audience: string): Promise<boolean> {
  const got = await obtain(audience)
  if (got.kind !== 'token') return false
  const headers = { authorization: `Bearer ${got.token.reveal()}` }
  const answer = await call(url, stop, { headers })
  return answer.kind === 'answered' && answer.status < 500 && !saysInvalid(answer)
}

const saysInvalid = ({ status, json, headers }: Answered): boolean =>
  status === 401 &&
  (json.error === 'invalid_token' || parameterOf(headers, 'error') === 'invalid_token')

const rightGuard = (issuer: string, audience: string) =>
  `createGuard({ issuer: '${issuer}', audience: '${audience}' })`
