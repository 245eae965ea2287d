import { decodeProtectedHeader, type JWTVerifyGetKey } from 'jose'
import type { Introspected } from './introspection.ts'
import type { Settings } from './options.ts'
import { detailsOf, readClaims } from './verified.ts'
import { type TokenReading, verifyToken } from './verify-token.ts'

/**
 * A JWT is verified here first and its own claims count: forgeries are not carried to the authority, and details the
 * introspection does not repeat (LumoAuth's does not) are not lost. For an opaque token the answer is all there is.
 */
export async function verifyIntrospected(
  token: string,
  keys: JWTVerifyGetKey,
  settings: Settings,
  ask: (token: string) => Promise<Introspected>,
): Promise<Pick<TokenReading & { kind: 'verified' }, 'kind' | 'verified'> | Refused> {
  const local = isJwt(token) ? await verifyToken(token, keys, settings) : undefined
  if (local?.kind === 'refused') return local
  const answer = await ask(token)
  if (!answer.active) return refused('The token is not active.')
  const fault = faultOf(answer, settings, local !== undefined)
  if (fault !== undefined) return refused(fault)
  if (local === undefined) {
    const verified = readClaims(answer)
    return verified === undefined ? refused(UNFIT) : { kind: 'verified', verified }
  }
  if (local.verified.details.length > 0) return local
  // RFC 9396 §9.2: a token may leave its details to introspection.
  const details = detailsOf(answer.authorization_details)
  if (details === undefined) return refused(UNFIT)
  return { kind: 'verified', verified: { ...local.verified, details } }
}

type Refused = TokenReading & { kind: 'refused' }

/** What is stated must fit. Of an opaque token type, expiry and audience must be stated: nothing else tells them. */
function faultOf(answer: Introspected, settings: Settings, isJwt: boolean): string | undefined {
  const { token_type: type, exp, nbf, iss, aud, cnf } = answer
  const now = settings.clock.now() / 1000
  const skew = settings.clockSkewSeconds
  const mayBeSilent = (value: unknown) => value === undefined && isJwt
  // A refresh token is active too.
  if (!mayBeSilent(type) && String(type).toLowerCase() !== 'bearer') return UNFIT
  if (!mayBeSilent(exp) && !(typeof exp === 'number' && exp > now - skew)) {
    return 'The token has expired.'
  }
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now + skew)) return UNFIT
  if (iss !== undefined && iss !== settings.issuer) return UNFIT
  if (!mayBeSilent(aud) && !isFor(settings.audience, aud)) return UNFIT
  if (cnf !== undefined) return 'The token is bound to a key and came without proof of it.'
  return undefined
}

function isFor(audience: Settings['audience'], aud: unknown): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return audience === 'unchecked' || audience.some((name) => named.includes(name))
}

function isJwt(token: string): boolean {
  try {
    return decodeProtectedHeader(token).alg !== undefined && token.split('.').length === 3
  } catch {
    return false
  }
}

const UNFIT = 'The token is not valid here.'
const refused = (why: string): Refused => ({ kind: 'refused', why })
