import type { Secret } from '@lumojit/protocol'
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose'
import type { FoundAuthority } from './authority.ts'
import { call, textOf } from './call.ts'
import { type Finding, fault, open, well } from './finding.ts'

/** Whether a guard that reads the metadata could verify what the authority just signed. */
export async function checkKeys(
  { issuer, metadata }: NonNullable<FoundAuthority['at']>,
  token: Secret,
  stop: AbortSignal,
): Promise<Finding> {
  const uri = textOf(metadata.jwks_uri)
  if (!uri) return open('keys', 'the metadata names none (jwks_uri); guards have to introspect')
  if (token.reveal().split('.').length !== 3)
    return open('keys', 'tokens are opaque; guards have to introspect')
  const answer = await call(uri, stop)
  const bad = (says: string) =>
    fault(
      'keys',
      'KEYS_UNUSABLE',
      says,
      `See that ${uri} gives the keys of ${issuer}, also to your APIs.`,
    )
  if (answer.kind === 'away') return bad(`The keys cannot be had: ${answer.why}.`)
  if (answer.status !== 200 || !Array.isArray(answer.json.keys))
    return bad(`The keys cannot be had: ${uri} answers ${answer.status}, and not with keys.`)
  try {
    const keys = createLocalJWKSet(answer.json as unknown as JSONWebKeySet)
    const { protectedHeader } = await jwtVerify(token.reveal(), keys, {
      issuer,
      // Clocks have their own line.
      currentDate: new Date(answer.clock ?? Date.now()),
      clockTolerance: 60,
    })
    return well('keys', `verify what it signs (${protectedHeader.alg})`)
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss')
      return bad('Its tokens name another issuer than its metadata.')
    return bad('A token that it just signed does not verify with its keys.')
  }
}
