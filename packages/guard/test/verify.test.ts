import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AUDIENCE, call, keyPair, PretendAuthority, READ, refusal } from './pretend-authority.ts'

let authority: PretendAuthority
beforeEach(async () => {
  authority = await PretendAuthority.open()
})
afterEach(() => authority.close())

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

async function expectInvalid(token: string, guard = authority.guard()) {
  const refused = await refusal(guard(call(token), READ))
  expect(refused.status).toBe(401)
  expect(refused.error).toBe('invalid_token')
  expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect(refused.headers.get('cache-control')).toBe('no-store')
  expect(refused.headers.has('insufficient-authorization-details')).toBe(false)
  expect(refused.text).not.toContain(token)
}

describe('a token that passes', () => {
  it('gives what it says', async () => {
    const token = await authority.token({
      act: { sub: 'agent:outer', act: { sub: 'agent:inner' } },
      scope: 'a  b',
    })
    expect(await authority.guard()(call(token), READ)).toEqual({
      details: [READ],
      scope: ['a', 'b'],
      agentId: 'agt_research-bot',
      taskId: 'task_1',
      subject: 'agent:research-bot:task:task_1',
      actor: 'agent:outer',
      expiresAt: (authority.clock.seconds + 300) * 1000,
    })
  })

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])('may be signed with %s', async (alg) => {
    const pair = await keyPair(alg, alg)
    const guard = authority.guard({ jwks: { keys: [pair.jwk] } })
    const token = await authority.token({}, { alg, kid: alg }, pair)
    expect(await guard(call(token), READ)).toHaveProperty('taskId', 'task_1')
  })

  it('may name several audiences, and the guard several names', async () => {
    const both = await authority.token({ aud: ['https://other.example', AUDIENCE] })
    expect(await authority.guard()(call(both), READ)).toHaveProperty('agentId')
    const alias = await authority.token({ aud: 'urn:acme:api' })
    const guard = authority.guard({ audience: [AUDIENCE, 'urn:acme:api'] })
    expect(await guard(call(alias), READ)).toHaveProperty('agentId')
  })

  it('may be a plain agent’s when nothing but a valid token is required', async () => {
    const token = await authority.token({
      jit: undefined,
      task_id: undefined,
      agent_id: undefined,
      authorization_details: undefined,
    })
    const guard = authority.guard()
    const verified = await guard(call(token))
    expect(verified).toMatchObject({ details: [], agentId: 'agt_research-bot' })
    expect(verified).not.toHaveProperty('taskId')
    expect(await guard(call(token), [])).toMatchObject({ details: [] })
    expect((await refusal(guard(call(token), READ))).status).toBe(403)
  })
})

describe('a token is invalid', () => {
  it('without a signature (alg none)', async () => {
    const [, payload] = (await authority.token()).split('.')
    await expectInvalid(`${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`)
  })

  it('when its HMAC key is the public key, published as symmetric or not', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(authority.key.jwk))
    const token = await new SignJWT(claimsOf(await authority.token()))
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })
      .sign(secret)
    await expectInvalid(token)
    const k = Buffer.from(secret).toString('base64url')
    authority.jwks = { keys: [{ kty: 'oct', kid: 'k1', k, alg: 'HS256' }] }
    await expectInvalid(token)
  })

  it('with another key behind the same kid, or one it brings along', async () => {
    const other = await generateKeyPair('ES256', { extractable: true })
    await expectInvalid(await authority.token({}, {}, other))
    const jwk = await exportJWK(other.publicKey)
    await expectInvalid(await authority.token({}, { jwk }, other))
  })

  it.each(['ES384', 'RS512', 'PS512'])('signed with %s, which no one agreed on', async (alg) => {
    const pair = await keyPair(alg, alg)
    authority.jwks = { keys: [pair.jwk] }
    await expectInvalid(await authority.token({}, { alg, kid: alg }, pair))
  })

  it('when its payload was changed after signing', async () => {
    const token = await authority.token()
    const [header, , signature] = token.split('.')
    const claims = claimsOf(token)
    claims.authorization_details[0].actions = ['read', 'delete']
    await expectInvalid(`${header}.${encode(claims)}.${signature}`)
  })

  it.each<[string, Record<string, unknown>]>([
    ['of another issuer', { iss: 'https://auth.example/orgs/evil/api/v1' }],
    ['without an issuer', { iss: undefined }],
    ['for another audience', { aud: 'https://other.example' }],
    ['for several other audiences', { aud: ['https://other.example', `${AUDIENCE}/`] }],
    ['without an audience', { aud: undefined }],
    ['without exp', { exp: undefined }],
    ['without iat', { iat: undefined }],
    ['without jti', { jti: undefined }],
    ['with an empty jti', { jti: '' }],
    ['with a jti that is no string', { jti: 7 }],
    ['that says jit and names no task', { task_id: undefined }],
    ['that says jit and names an empty task', { task_id: '' }],
    ['with a jit that is no boolean', { jit: 'true' }],
    ['that names no agent', { agent_id: undefined, client_id: undefined }],
    ['with details that are no array', { authorization_details: READ }],
    ['with details without a type', { authorization_details: [{ actions: ['read'] }] }],
    ['with details that are text', { authorization_details: JSON.stringify([READ]) }],
    ['with a scope that is no string', { scope: ['a'] }],
    ['bound to a key, shown as Bearer', { cnf: { jkt: 'thumbprint' } }],
    ['not valid yet', { nbf: 4_000_000_000 }],
  ])('%s', async (_, claims) => {
    await expectInvalid(await authority.token(claims))
  })

  it.each(['JWT', 'dpop+jwt', 'secevent+jwt', undefined])('of type %s', async (typ) => {
    await expectInvalid(await authority.token({}, { typ } as { typ: string }))
  })

  it.each(['opaque', 'a.b.c', '..', 'eyJhbGciOiJFUzI1NiJ9.e30.'])(
    'when it is %s',
    async (token) => {
      await expectInvalid(token)
    },
  )
})

describe('time', () => {
  it('is generous by the clock skew and no further', async () => {
    const token = await authority.token()
    const guard = authority.guard({ revocation: 'none' })
    await authority.clock.advance(304_000)
    expect(await guard(call(token), READ)).toHaveProperty('agentId')
    await authority.clock.advance(1_000)
    await expectInvalid(token, guard)
  })

  it('keeps tokens from the future out', async () => {
    const now = authority.clock.seconds
    const guard = authority.guard({ clockSkewSeconds: 30 })
    const early = await authority.token({ iat: now + 30 })
    expect(await guard(call(early), READ)).toHaveProperty('agentId')
    await expectInvalid(await authority.token({ iat: now + 31 }), guard)
  })
})

describe("audience 'unchecked'", () => {
  it('takes a token made for anybody, and still checks everything else', async () => {
    const guard = authority.guard({ audience: 'unchecked' })
    const elsewhere = await authority.token({ aud: 'agt_research-bot' })
    expect(await guard(call(elsewhere), READ)).toHaveProperty('agentId')
    await expectInvalid(await authority.token({ iss: 'https://evil.example' }), guard)
  })
})
