import type { Json } from '@lumojit/protocol'
import type { PretendIssuer } from './pretend-issuer.ts'
import { required } from './session.ts'
import { makeKey, signJws } from './signing.ts'

/** Tokens that must not pass although they carry exactly the details the endpoint requires. */
export const forgeries: Readonly<Record<string, (issuer: PretendIssuer) => Promise<string>>> = {
  'alg none': (issuer) => issuer.token(good, { alg: 'none' }, 'nobody'),
  'alg NONE, signed': (issuer) => issuer.token(good, { alg: 'NONE' }),
  'signature cut off': async (issuer) => (await issuer.token(good)).replace(/[^.]*$/, ''),
  'HS256 with the public key as the secret': (issuer) =>
    issuer.token(good, { alg: 'HS256' }, { secret: bytes(JSON.stringify(issuer.key.jwk)) }),
  'HS256 with the SPKI of the public key as the secret': async (issuer) => {
    const spki = await crypto.subtle.exportKey('spki', issuer.key.pair.publicKey)
    return issuer.token(good, { alg: 'HS256' }, { secret: new Uint8Array(spki) })
  },
  'another key under a known kid': async (issuer) =>
    issuer.token(good, {}, await makeKey(issuer.key.kid)),
  'a key of its own in the header': async (issuer) => {
    const own = await makeKey('own')
    return issuer.token(good, { kid: 'own', jwk: own.jwk as Json }, own)
  },
  'a key of its own behind jku': async (issuer) =>
    issuer.token(good, { kid: 'own', jku: 'http://127.0.0.1:1/jwks' }, await makeKey('own')),
  'an unknown critical header': (issuer) => issuer.token(good, { crit: ['x'], x: 1 }),
  'typ JWT': (issuer) => issuer.token(good, { typ: 'JWT' }),
  'no typ': (issuer) => issuer.token(good, { typ: undefined }),
  'another issuer': (issuer) => issuer.token({ ...good, iss: 'https://evil.example' }),
  'an issuer that begins like ours': (issuer) =>
    issuer.token({ ...good, iss: `${issuer.issuer}/..` }),
  'no issuer': (issuer) => issuer.token({ ...good, iss: undefined }),
  'another audience': (issuer) => issuer.token({ ...good, aud: 'https://files.acme-corp.com' }),
  'an audience that begins like ours': (issuer) =>
    issuer.token({ ...good, aud: 'https://api.acme-corp.com.evil.example' }),
  'the authority as audience': (issuer) => issuer.token({ ...good, aud: issuer.issuer }),
  'no audience': (issuer) => issuer.token({ ...good, aud: undefined }),
  'an end in the past': (issuer) => issuer.token({ ...good, iat: now() - 900, exp: now() - 120 }),
  'no end': (issuer) => issuer.token({ ...good, exp: undefined }),
  'an end that is text': (issuer) => issuer.token({ ...good, exp: String(now() + 300) }),
  'a start in the future': (issuer) => issuer.token({ ...good, nbf: now() + 120 }),
  'issued in the future': (issuer) => issuer.token({ ...good, iat: now() + 120 }),
  'no jti, so that nobody could revoke it': (issuer) => issuer.token({ ...good, jti: undefined }),
  'jit without a task': (issuer) => issuer.token({ ...good, task_id: undefined }),
  'bound to a key, without proof': (issuer) => issuer.token({ ...good, cnf: { jkt: 'x' } }),
  'details that are no array': (issuer) =>
    issuer.token({ authorization_details: required[0] as Json }),
  'details as text': (issuer) => issuer.token({ authorization_details: JSON.stringify(required) }),
  'claims changed after signing': async (issuer) => {
    const parts = (await issuer.token({})).split('.')
    const forged = await signJws({}, { ...claimsOf(parts[1] ?? ''), ...good }, 'nobody')
    return [parts[0], forged.split('.')[1], parts[2]].join('.')
  },
  'no token at all': async () => 'e30.e30.e30',
}

const good = { authorization_details: required as Json }
const now = () => Math.floor(Date.now() / 1000)
const bytes = (text: string) => new TextEncoder().encode(text)
const claimsOf = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
