import { jwtVerify, SignJWT } from 'jose'
import type { Context } from './context.ts'
import { randomId } from './hashing.ts'
import type { StoredRequest, StoredTask, StoredToken } from './records.ts'

/** A signed token, as token endpoints answer it. `expiresAt`: Unix seconds. */
export interface IssuedToken {
  readonly accessToken: string
  readonly jti: string
  readonly expiresAt: number
  readonly expiresIn: number
}

/** The record of a token about to be issued: known to the store before anybody holds the token. */
export const draftToken = (
  context: Context,
  token: Omit<StoredToken, 'jti' | 'expiresAt'>,
  lifetime: { readonly seconds: number; readonly notAfter?: number },
): StoredToken => {
  const end = context.clock.now() + lifetime.seconds * 1000
  // JWTs count whole seconds; a token never outlives what it belongs to, so the rest is cut off.
  const seconds = Math.floor(Math.min(end, lifetime.notAfter ?? end) / 1000)
  return { ...token, jti: randomId(), expiresAt: seconds * 1000 }
}

/** Signs an RFC 9068 access token for a record that the store already holds. */
export const signToken = async (
  context: Context,
  token: StoredToken,
  claims: Readonly<Record<string, unknown>>,
): Promise<IssuedToken> => {
  const { kid, signingKey } = await context.keyring.load()
  const issuedAt = Math.floor(context.clock.now() / 1000)
  const expiresAt = token.expiresAt / 1000
  const payload = {
    iss: context.configuration.issuer,
    aud: token.audience,
    client_id: token.holder,
    iat: issuedAt,
    exp: expiresAt,
    jti: token.jti,
    ...claims,
  }
  const value = await new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .sign(signingKey)
  context.counts.tokensIssued++
  try {
    const kind = token.kind === 'subject' ? 'user' : token.kind
    context.configuration.onTokenIssued?.({ kind, claims: payload, value })
  } catch {
    // Whoever watches decides nothing.
  }
  return { accessToken: value, jti: token.jti, expiresAt, expiresIn: expiresAt - issuedAt }
}

export interface KnownToken {
  readonly token: StoredToken
  readonly claims: Readonly<Record<string, unknown>>
  readonly task?: StoredTask
  readonly request?: StoredRequest
  /** Unexpired, unrevoked, and nothing it belongs to has ended. */
  readonly alive: boolean
}

/** Reads a token of ours, dead or alive; undefined for anything else. */
export const readToken = async (
  context: Context,
  value: string,
): Promise<KnownToken | undefined> => {
  const { find } = await context.keyring.load()
  const now = context.clock.now()
  const verified = await jwtVerify(value, find, {
    issuer: context.configuration.issuer,
    typ: 'at+jwt',
    algorithms: ['ES256'],
    // Time is judged below, by the record: a token past its time is still ours.
    currentDate: new Date(0),
    requiredClaims: ['jti', 'exp'],
  }).catch(() => undefined)
  const jti = verified?.payload.jti
  const found = jti === undefined ? undefined : await context.store.token(jti)
  if (!verified || !found) return undefined
  const { token, task, request, rooted } = found
  const alive =
    token.revokedAt === undefined &&
    rooted &&
    now < token.expiresAt &&
    (token.taskId === undefined || task?.state === 'active') &&
    (token.requestId === undefined ||
      (request?.state === 'approved' && request.liveToken?.jti === token.jti))
  return { ...found, claims: verified.payload, alive }
}
