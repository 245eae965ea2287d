import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { GuardError } from './guard-error.ts'
import { issuerMismatch, orgsForm } from './issuer-mismatch.ts'
import type { Settings } from './options.ts'
import { readClaims, type Verified } from './verified.ts'

// Asymmetric only: with `none` or HS256 whoever knows the public key could write tokens.
const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA']

export type TokenReading =
  | { readonly kind: 'verified'; readonly verified: Verified; readonly jti: string }
  /** `why` is for the caller, so it never tells more than the token itself did. */
  | { readonly kind: 'refused'; readonly why: string }

/**
 * RFC 9068 §4 with `jti` required, since revocation names it. Rejects with GuardError alone: when the
 * authority's keys cannot be had, nothing can be said of the token.
 */
export async function verifyToken(
  token: string,
  keys: JWTVerifyGetKey,
  settings: Settings,
): Promise<TokenReading> {
  const now = settings.clock.now()
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      typ: 'at+jwt',
      issuer: settings.issuer,
      ...(settings.audience !== 'unchecked' && { audience: [...settings.audience] }),
      clockTolerance: settings.clockSkewSeconds,
      currentDate: new Date(now),
    })
    const { jti, iat } = payload
    if (typeof jti !== 'string' || jti === '' || typeof iat !== 'number') return unreadable
    if (iat * 1000 > now + settings.clockSkewSeconds * 1000) {
      return { kind: 'refused', why: 'The token was issued in the future.' }
    }
    // A sender-constrained token without its proof may be stolen (RFC 9449 §7.2); proofs are not read yet.
    if (payload.cnf !== undefined) {
      return { kind: 'refused', why: 'The token is bound to a key and came without proof of it.' }
    }
    const verified = readClaims(payload)
    return verified === undefined ? unreadable : { kind: 'verified', verified, jti }
  } catch (error) {
    if (error instanceof GuardError) throw error
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss') {
      assertNoTwin(settings.issuer, error.payload.iss)
    }
    if (error instanceof errors.JWTExpired)
      return { kind: 'refused', why: 'The token has expired.' }
    return unreadable
  }
}

/** Signed by the authority's key, so this is no caller's mistake: whoever set the guard up meant this very authority. */
function assertNoTwin(configured: string, named: unknown): void {
  if (named === undefined || named !== orgsForm(configured)) return
  throw issuerMismatch('The tokens of this authority name another issuer.', configured, named)
}

const unreadable: TokenReading = { kind: 'refused', why: 'The token is not valid here.' }
