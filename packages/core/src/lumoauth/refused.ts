import { AuthorityError } from '@lumojit/protocol'
import type { Answer } from './answer.ts'

/** By the server's code or else its status. A map: a code may well be `constructor`. */
const FIXES: ReadonlyMap<string | number, string> = new Map<string | number, string>([
  [401, 'Check AGENT_CLIENT_ID and AGENT_CLIENT_SECRET (or clientId and clientSecret).'],
  [403, 'Check in LumoAuth what this agent, and the user it acts for, may do.'],
  [
    404,
    "Check LUMOAUTH_ORG_ID (or org); a server from before the rename needs lumoAuth({ paths: 't' }).",
  ],
  ['invalid_grant', 'Make subjectToken give a token that is still valid here.'],
  ['invalid_target', 'Register the resource in LumoAuth under its audience, or set its baseToken.'],
])

/** The status decides; the server's own code only sharpens the advice. */
export function refused({ to, status, code = '' }: Answer): AuthorityError {
  const fix = FIXES.get(code === 'invalid_client' ? 401 : code) ?? FIXES.get(status)
  const said = code && ` (${code})`
  return new AuthorityError('rejected', `LumoAuth answered ${status}${said} to ${to}.`, {
    status,
    ...(fix && { fix }),
  })
}

export function malformed(message: string, status?: number): AuthorityError {
  return new AuthorityError('malformed', message, {
    ...(status && { status }),
    fix: 'Check that LUMOAUTH_URL is LumoAuth itself, of a version this library knows.',
  })
}

/** The task is over, as far as the words beside a 400, 403 or 404 tell. */
export function saysTaskEnded({ code = '', prose }: Answer): boolean {
  return /task.{0,40}?(not.{0,9}?(active|found)|inactive|no longer|already|ended|suspended)/i.test(
    `${code} ${prose}`,
  )
}
