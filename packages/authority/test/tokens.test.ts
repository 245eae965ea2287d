import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
} from 'jose'
import { describe, expect, it } from 'vitest'
import { AGENT, API, FILES, ORIGIN, openWorld, PAYMENT, READING } from './world.ts'

const ISSUER = `${ORIGIN}/orgs/acme-corp/api/v1`
const CREDENTIALS = { grant_type: 'client_credentials', ...AGENT }

describe('a granted token', () => {
  it.each(['orgs', 't'] as const)(
    'has the claims of contract §5, asked for under /%s',
    async (prefix) => {
      const w = await openWorld({}, prefix)
      const task = await w.openTask()
      const id = await w.askPerson(task, { resource: API })
      await w.approve(id)
      const token = await w.redeem(id)
      const { body } = await w.call('GET', '/.well-known/jwks.json')
      const verified = await jwtVerify(token, createLocalJWKSet(body), {
        issuer: ISSUER,
        audience: API,
        typ: 'at+jwt',
        algorithms: ['ES256'],
        currentDate: new Date(w.clock.now()),
      })
      const now = w.clock.now() / 1000
      expect(verified.payload).toEqual({
        iss: ISSUER,
        aud: API,
        client_id: 'agt_1',
        sub: `agent:1:task:${task}`,
        agent_id: 'agt_1',
        task_id: task,
        parent_task_id: null,
        jit: true,
        jit_request_id: id,
        authorization_details: [PAYMENT],
        iat: now,
        exp: now + 600,
        jti: expect.stringMatching(/^[\w-]{22}$/),
      })
      expect(body.keys).toHaveLength(1)
      expect(Object.keys(body.keys[0]).sort()).toEqual([
        'alg',
        'crv',
        'kid',
        'kty',
        'use',
        'x',
        'y',
      ])
    },
  )

  it('asked for without a resource names the client, as LumoAuth does', async () => {
    const w = await openWorld()
    const id = await w.askPerson(await w.openTask())
    await w.approve(id)
    expect(decodeJwt(await w.redeem(id)).aud).toBe('agt_1')
  })

  it('never lives longer than 900 s, whatever was wished', async () => {
    const w = await openWorld()
    const body = { task_id: await w.openTask(), authorization_details: READING, requested_ttl: 1e6 }
    const { request_id, granted_ttl } = (await w.call('POST', '/jit/request', w.agent, body)).body
    expect(granted_ttl).toBe(900)
    const token = await w.redeem(request_id)
    w.clock.advance(899_000)
    expect(await w.isActive(token)).toBe(true)
    w.clock.advance(1_000)
    expect(await w.isActive(token)).toBe(false)
  })
})

describe('base:resource-token', () => {
  it('base:resource-token — is refused at every endpoint of the authority', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    const id = await w.askPerson(task)
    const answer = await w.form('/oauth/token', { ...CREDENTIALS, resource: API })
    const token = answer.body.access_token
    expect(decodeJwt(token)).toMatchObject({ aud: API, iss: ISSUER, sub: 'agent:1' })
    expect(await w.isActive(token)).toBe(true)
    const endpoints = [
      ['POST', '/jit/task'],
      ['POST', '/jit/request'],
      ['GET', `/jit/request/${id}/status`],
      ['POST', `/jit/request/${id}/token`],
      ['POST', `/jit/task/${task}/complete`],
      ['POST', `/jit/task/${task}/evaluate`],
      ['GET', '/jit/pending'],
      ['POST', `/jit/approve/${id}`],
      ['POST', `/jit/deny/${id}`],
      ['POST', `/jit/revoke/${id}`],
    ] as const
    for (const [method, path] of endpoints) {
      const { status, body, headers } = await w.call(method, path, token)
      expect([path, status, body.code]).toEqual([path, 401, 'invalid_token'])
      expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
    expect(w.authority.counts()).toMatchObject({ tasks: 1, requests: 1, redemptions: 0 })
  })

  it('only registered audiences, when there are any; never the authority itself', async () => {
    const open = await openWorld()
    const closed = await openWorld({ resources: [API] })
    const take = async (w: typeof open, resource: string) => {
      const { status, body } = await w.form('/oauth/token', { ...CREDENTIALS, resource })
      return status === 200 ? decodeJwt(body.access_token).aud : body.error
    }
    expect(await take(open, FILES)).toBe(FILES)
    expect(await take(closed, API)).toBe(API)
    expect(await take(closed, FILES)).toBe('invalid_target')
    for (const bad of ['/relative', 'api', `${API}#part`, ISSUER, ORIGIN])
      expect(await take(open, bad)).toBe('invalid_target')
  })
})

describe('a token of somebody else', () => {
  it('signed by another key, unsigned, or of another type is refused', async () => {
    const w = await openWorld()
    const stranger = await openWorld()
    const { kid } = decodeProtectedHeader(w.agent)
    const claims = decodeJwt(w.agent)
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: kid ?? '' })
      .sign(new TextEncoder().encode('a secret of 32 bytes, or even more'))
    const none = `${btoa('{"alg":"none","typ":"at+jwt"}')}.${w.agent.split('.')[1]}.`
    for (const token of [stranger.agent, forged, none, `${w.agent}x`, w.approver])
      expect((await w.call('POST', '/jit/task', token, {})).status).toBe(401)
    expect((await w.call('POST', '/jit/task', w.agent, {})).status).toBe(201)
  })

  it('of another type is refused, though our own key signed it', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const key = { ...(await exportJWK(privateKey)), kid: 'k' }
    const w = await openWorld({ keys: [key] })
    const resigned = (typ: string) =>
      new SignJWT(decodeJwt(w.agent))
        .setProtectedHeader({ alg: 'ES256', typ, kid: 'k' })
        .sign(privateKey)
    expect((await w.call('POST', '/jit/task', await resigned('JWT'), {})).status).toBe(401)
    expect((await w.call('POST', '/jit/task', await resigned('at+jwt'), {})).status).toBe(201)
  })

  it('is not an agent’s to end, even when user and agent share a name', async () => {
    const agents = [
      { id: 'u_bob', secret: 's' },
      { id: 'agt_1', secret: 's' },
      { id: 'agt_2', secret: 's' },
    ]
    const w = await openWorld({ agents })
    const asBob = { client_id: 'u_bob', client_secret: 's' }
    await w.form('/oauth/revoke', { token: w.approver, ...asBob })
    expect((await w.call('GET', '/jit/pending', w.approver)).status).toBe(200)
    const told = await w.form('/oauth/introspect', { token: w.approver, ...asBob })
    expect(told.body).toEqual({ active: false })
  })

  it('expired is refused, to the second', async () => {
    const w = await openWorld()
    w.clock.advance(3_599_000)
    expect((await w.call('POST', '/jit/task', w.agent, {})).status).toBe(201)
    w.clock.advance(1_000)
    expect((await w.call('POST', '/jit/task', w.agent, {})).status).toBe(401)
  })
})

describe('the token endpoint', () => {
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`,
  })
  const post = (w: Awaited<ReturnType<typeof openWorld>>, headers: HeadersInit, body: string) =>
    w.raw(`${w.base}/oauth/token`, { method: 'POST', headers, body })
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

  it('takes the secret in the form, in JSON, and by Basic; not twice', async () => {
    const w = await openWorld()
    const grant = 'grant_type=client_credentials'
    const json = JSON.stringify(CREDENTIALS)
    const posted = await post(w, { 'content-type': 'application/json; charset=utf-8' }, json)
    expect(posted.status).toBe(200)
    expect((await post(w, { ...FORM, ...basic('agt_1', 's') }, grant)).status).toBe(200)
    expect((await post(w, { ...FORM, ...basic('agt_2', 'other secret') }, grant)).status).toBe(200)
    const twice = await post(w, { ...FORM, ...basic('agt_1', 's') }, `${grant}&client_secret=s`)
    expect([twice.status, twice.body.error]).toEqual([400, 'invalid_request'])
  })

  const refusals: readonly (readonly [string, Record<string, string>, number, string])[] = [
    ['a wrong secret', { ...CREDENTIALS, client_secret: 'x' }, 401, 'invalid_client'],
    ['an unknown client', { ...CREDENTIALS, client_id: 'agt_x' }, 401, 'invalid_client'],
    ['no client', { grant_type: 'client_credentials' }, 401, 'invalid_client'],
    ['another grant', { ...CREDENTIALS, grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no grant', { ...AGENT }, 400, 'invalid_request'],
    ['more scope', { ...CREDENTIALS, scope: 'read:documents admin' }, 400, 'invalid_scope'],
  ]
  it.each(refusals)('refuses %s', async (_what, members, status, error) => {
    const w = await openWorld()
    const answer = await w.form('/oauth/token', members)
    expect([answer.status, answer.body.error]).toEqual([status, error])
    if (status === 401) expect(answer.headers.get('www-authenticate')).toContain('Basic')
  })

  it('gives the scope that was asked for, and no more', async () => {
    const w = await openWorld()
    const answer = await w.form('/oauth/token', { ...CREDENTIALS, scope: 'jit:request' })
    expect(answer.body.scope).toBe('jit:request')
    expect(decodeJwt(answer.body.access_token).scope).toBe('jit:request')
  })
})

describe('introspection and revocation', () => {
  const resources = [
    { audience: API, secret: 'api' },
    { audience: FILES, secret: 'files' },
  ]
  const asApi = { client_id: API, client_secret: 'api' }
  const asFiles = { client_id: FILES, client_secret: 'files' }
  const asOther = { client_id: 'agt_2', client_secret: 'other secret' }

  const granted = async () => {
    const w = await openWorld({ resources })
    const body = { task_id: await w.openTask(), authorization_details: READING, resource: API }
    const { request_id } = (await w.call('POST', '/jit/request', w.agent, body)).body
    return { w, token: await w.redeem(request_id), task: body.task_id }
  }

  it('tells the resource it is bound to all of contract 15.10; everybody else nothing', async () => {
    const { w, token, task } = await granted()
    const told = await w.form('/oauth/introspect', { token, ...asApi })
    expect(told.body).toMatchObject({
      active: true,
      token_type: 'Bearer',
      client_id: 'agt_1',
      iss: ISSUER,
      aud: API,
      task_id: task,
      parent_task_id: null,
      agent_id: 'agt_1',
      jit: true,
      authorization_details: [READING],
    })
    for (const who of [asFiles, asOther])
      expect((await w.form('/oauth/introspect', { token, ...who })).body).toEqual({ active: false })
    const user = await w.form('/oauth/introspect', { token: w.approver, ...asApi })
    expect(user.body).toEqual({ active: false })
    expect((await w.form('/oauth/introspect', { token })).status).toBe(401)
    expect((await w.form('/oauth/introspect', AGENT)).body.error).toBe('invalid_request')
    const nonsense = await w.form('/oauth/introspect', { token: 'x', ...AGENT })
    expect(nonsense.body).toEqual({ active: false })
  })

  it('a resource cannot get tokens with its credentials', async () => {
    const { w } = await granted()
    const answer = await w.form('/oauth/token', { grant_type: 'client_credentials', ...asApi })
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
  })

  it('revocation is 200 {} always, and works on one’s own tokens alone', async () => {
    const { w, token } = await granted()
    for (const who of [asOther, asApi]) {
      const answer = await w.form('/oauth/revoke', { token, ...who })
      expect([answer.status, answer.body]).toEqual([200, {}])
      expect(await w.isActive(token)).toBe(true)
    }
    for (const value of [token, token, 'unknown']) {
      const answer = await w.form('/oauth/revoke', { token: value, ...AGENT })
      expect([answer.status, answer.body]).toEqual([200, {}])
      expect(await w.isActive(token)).toBe(false)
    }
    await w.form('/oauth/revoke', { token: w.agent, ...AGENT })
    expect((await w.call('POST', '/jit/task', w.agent, {})).status).toBe(401)
    expect((await w.form('/oauth/revoke', { token })).status).toBe(401)
  })
})

describe('discovery', () => {
  it('is the same document in all its places, with the issuer in its /orgs form', async () => {
    const w = await openWorld()
    const paths = ['orgs', 't'].flatMap((prefix) => [
      `/${prefix}/acme-corp/api/v1/.well-known/oauth-authorization-server`,
      `/${prefix}/acme-corp/api/v1/.well-known/openid-configuration`,
    ])
    paths.push('/.well-known/oauth-authorization-server/orgs/acme-corp/api/v1')
    for (const path of paths) {
      const { status, headers, body } = await w.raw(path)
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('public, max-age=3600')
      expect(body).toMatchObject({
        issuer: ISSUER,
        token_endpoint: `${ISSUER}/oauth/token`,
        introspection_endpoint: `${ISSUER}/oauth/introspect`,
        revocation_endpoint: `${ISSUER}/oauth/revoke`,
        jwks_uri: `${ISSUER}/.well-known/jwks.json`,
        lumojit_capabilities: {
          human_side: true,
          sign_in_endpoint: `${ISSUER}/jit/sign-in`,
          many_details: true,
          scope: false,
          binds_audience: true,
          reuse: true,
          wait: true,
          revoke_request: true,
          events_endpoint: `${ISSUER}/jit/events`,
        },
      })
    }
  })
})
