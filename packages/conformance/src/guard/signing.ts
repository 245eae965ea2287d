import { decodeBase64url, encodeBase64url, type Json } from '@lumojit/protocol'

export type Claims = { readonly [name: string]: Json | undefined }

/** A signing key of a pretend issuer, with its public half as a JWK. */
export interface SigningKey {
  readonly kid: string
  readonly pair: CryptoKeyPair
  readonly jwk: JsonWebKey
}

const utf8 = new TextEncoder()
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export async function makeKey(kid: string): Promise<SigningKey> {
  const pair = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const jwk = { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' } as JsonWebKey
  return { kid, pair, jwk }
}

/** A JWS in compact form, whatever its header claims: by this key, by a shared secret, or unsigned. */
export async function signJws(
  header: Claims,
  claims: Claims,
  by: SigningKey | { readonly secret: Uint8Array<ArrayBuffer> } | 'nobody',
): Promise<string> {
  const part = (value: Claims) => encodeBase64url(utf8.encode(JSON.stringify(value)))
  const input = `${part(header)}.${part(claims)}`
  if (by === 'nobody') return `${input}.`
  const bytes = utf8.encode(input)
  const signature =
    'secret' in by
      ? await crypto.subtle.sign('HMAC', await hmacKey(by.secret), bytes)
      : await crypto.subtle.sign(ECDSA, by.pair.privateKey, bytes)
  return `${input}.${encodeBase64url(new Uint8Array(signature))}`
}

/** What a JWS says, when one of these keys signed it. */
export async function readJws(
  jws: string,
  keys: readonly SigningKey[],
): Promise<Claims | undefined> {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const bytes = decodeBase64url(signature)
  const said = decodeBase64url(payload)
  if (bytes === undefined || said === undefined) return undefined
  for (const { pair } of keys) {
    const input = utf8.encode(`${header}.${payload}`)
    if (await crypto.subtle.verify(ECDSA, pair.publicKey, bytes, input)) {
      return JSON.parse(new TextDecoder().decode(said)) as Claims
    }
  }
  return undefined
}

function hmacKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

export async function sha256(text: string): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(text))))
}
