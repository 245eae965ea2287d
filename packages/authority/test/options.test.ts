import { exportJWK, generateKeyPair, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  type AuthorityOptions,
  ConfigurationError,
  createAuthority,
  type IssuedTokenObservation,
} from '../src/index.ts'
import { API, ORIGIN, openWorld } from './world.ts'

const options: AuthorityOptions = { url: ORIGIN, org: 'acme-corp' }
const agents = [{ id: 'agt_1', secret: 's' }]
const ISSUER = `${ORIGIN}/orgs/acme-corp/api/v1`

const bad: readonly (readonly [string, Partial<AuthorityOptions>])[] = [
  ['no URL', { url: 'auth' }],
  ['another scheme', { url: 'ftp://127.0.0.1' }],
  ['a path in the URL', { url: `${ORIGIN}/auth` }],
  ['credentials in the URL', { url: 'http://a:b@127.0.0.1:4000' }],
  ['plain http on a public name', { url: 'http://auth.example.com' }],
  ['plain http on a name that only looks like loopback', { url: 'http://127.0.0.1.nip.io' }],
  ['no org', { org: '' }],
  ['a path as org', { org: 'a/b' }],
  ['dots as org', { org: '..' }],
  ['an agent without a secret', { agents: [{ id: 'agt_1', secret: '' }] }],
  ['an agent without an id', { agents: [{ id: '', secret: 's' }] }],
  ['an agent that is called like a resource', { agents: [{ id: API, secret: 's' }] }],
  ['two agents of one id', { agents: [...agents, ...agents] }],
  ['two agents of one subject', { agents: [...agents, { id: '1', secret: 's' }] }],
  [
    'two users of one e-mail',
    {
      users: [
        { id: 'a', email: 'x@y.z' },
        { id: 'b', email: 'x@y.z' },
      ],
    },
  ],
  ['a relative resource', { resources: ['/api'] }],
  ['a resource with a fragment', { resources: [`${API}#a`] }],
  ['the issuer as a resource', { resources: [ISSUER] }],
  ['a resource twice', { resources: [API, { audience: API }] }],
  ['a limit of 0', { limits: { taskMs: 0 } }],
  ['a limit that is no number', { limits: { pendingMs: Number.NaN } }],
  ['an unknown limit', { limits: { tokens: 7 } as never }],
  ['more than 900 s', { limits: { maxTokenSeconds: 901 } }],
  ['a default above the most', { limits: { tokenSeconds: 600, maxTokenSeconds: 300 } }],
  ['a host with a path', { hosts: ['a.example/b'] }],
  ['a key that is none', { keys: [{ kty: 'RSA', kid: 'a' }] }],
]

describe('createAuthority', () => {
  it.each(bad)('refuses %s, and says what to change', (_what, more) => {
    const make = () => createAuthority({ ...options, ...more })
    expect(make).toThrow(ConfigurationError)
    expect(make).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', fix: expect.stringMatching(/.{10,}/) }),
    )
  })

  it('takes the least, and knows its issuer', () => {
    const authority = createAuthority(options)
    expect([authority.url, authority.issuer]).toEqual([ORIGIN, ISSUER])
    expect(createAuthority({ ...options, limits: { maxTokenSeconds: 60 } })).toBeDefined()
    expect(() => authority.asAuthority({ agentId: 'agt_1' })).toThrow(ConfigurationError)
  })

  it('signs with the first of the keys it is given, and publishes all', async () => {
    const pairs = await Promise.all(
      [1, 2].map(() => generateKeyPair('ES256', { extractable: true })),
    )
    const [first, second] = await Promise.all(
      pairs.map(async ({ privateKey }, n) => ({ ...(await exportJWK(privateKey)), kid: `k${n}` })),
    )
    if (!first || !second) throw new Error('two keys were made')
    const w = await openWorld({ keys: [first, second] })
    const key = pairs[0]?.publicKey
    if (!key) throw new Error('a key was made')
    const currentDate = new Date(w.clock.now())
    const { protectedHeader } = await jwtVerify(w.agent, key, { currentDate })
    expect(protectedHeader.kid).toBe('k0')
    const { keys } = await w.authority.operations.jwks()
    expect(keys.map(({ kid }) => kid)).toEqual(['k0', 'k1'])
    expect(JSON.stringify(keys)).not.toContain(first.d)
    // A successor that signs with the second key still knows tokens of the first.
    const store = (await import('../src/index.ts')).memoryStore()
    const before = await openWorld({ keys: [first, second], store })
    const after = await openWorld({ keys: [second, first], store })
    expect((await after.call('POST', '/jit/task', before.agent, {})).status).toBe(201)
  })

  it('shows every issued token to the observer, and counts it', async () => {
    const seen: IssuedTokenObservation[] = []
    const onTokenIssued = (token: IssuedTokenObservation) => {
      seen.push(token)
      throw new Error('the observer broke')
    }
    const w = await openWorld({ onTokenIssued })
    const id = await w.askPerson(await w.openTask())
    await w.approve(id)
    const value = await w.redeem(id)
    expect(seen.map(({ kind }) => kind)).toEqual(['agent', 'agent', 'user', 'user', 'jit'])
    expect(seen.at(-1)).toMatchObject({ value, claims: { jit: true, jit_request_id: id } })
    expect(w.authority.counts().tokensIssued).toBe(5)
  })

  it('sends the approver where the options say', async () => {
    const w = await openWorld({
      approvalUri: ({ taskId, requestId }) => `${ORIGIN}/approve/${taskId}/${requestId}`,
    })
    const task_id = await w.openTask()
    const details = { type: 'payment' }
    const { body } = await w.call('POST', '/jit/request', w.agent, {
      task_id,
      authorization_details: details,
    })
    expect(body.approval_uri).toBe(`${ORIGIN}/approve/${task_id}/${body.request_id}`)
    const status = await w.call('GET', `/jit/request/${body.request_id}/status`, w.agent)
    expect(status.body.approval_uri).toBe(body.approval_uri)
  })
})
