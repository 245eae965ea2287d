import { AuthorityError } from '@lumojit/protocol'
import type { Answer } from './http.ts'

/** Branches on the status; the server's own code only sharpens the advice. */
export function refused({ status, code }: Answer, purpose: string): AuthorityError {
  const fix =
    status === 401
      ? 'Check AGENT_CLIENT_ID and AGENT_CLIENT_SECRET (or clientId and clientSecret).'
      : status === 404
        ? "Check LUMOAUTH_ORG_ID (or org); a server from before the rename needs lumoAuth({ paths: 't' })."
        : status === 403
          ? 'Check in LumoAuth what this agent, and the user it acts for, may do.'
          : 'Compare what was sent with what this LumoAuth accepts.'
  const said = code ? ` (${code})` : ''
  return new AuthorityError('rejected', `LumoAuth would not ${purpose}: ${status}${said}.`, {
    status,
    fix,
  })
}

export function malformed(message: string): AuthorityError {
  return new AuthorityError('malformed', message, {
    fix: 'Check that LUMOAUTH_URL is a LumoAuth of a version this library knows.',
  })
}

/** The task is over, as far as the words beside a 400, 403 or 404 tell. */
export function saysTaskEnded({ code, prose }: Answer): boolean {
  return /task.{0,40}?(not.{0,9}?(active|found)|inactive|no longer|already|ended|suspended)/i.test(
    `${code} ${prose}`,
  )
}
