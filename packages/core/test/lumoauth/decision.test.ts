import { describe, expect, it } from 'vitest'
import {
  advertised,
  BASE,
  failure,
  permission,
  type Reply,
  ref,
  resource,
  scripted,
  task,
} from './scripted.ts'

const STATUS = 'GET /jit/request/jit_1/status'
const TOKEN = 'POST /jit/request/jit_1/token'
const METADATA = 'GET /.well-known/oauth-authorization-server'
const ours = advertised({
  many_details: true,
  binds_audience: true,
  reuse: true,
  wait: true,
  revoke_request: true,
})
const decide = (reply: Reply) => scripted({ [STATUS]: reply }).authority.status(ref)
const ask = (reply: Reply) =>
  scripted({ 'POST /jit/request': reply }).authority.request(task, permission)

describe('a decision', () => {
  it.each([
    ['approved', 'granted'],
    ['denied', 'denied'],
    ['expired', 'expired'],
    ['revoked', 'revoked'],
    ['granted', 'denied'],
    ['APPROVED', 'denied'],
    ['awaiting_moonrise', 'denied'],
  ])('%s means %s', async (status, expected) => {
    expect(await decide({ body: { status } })).toEqual({ status: expected, ref })
  })

  it.each([{}, { status: 1 }, { status: null }, [], 'text', null])(
    'an answer of %j is malformed, not a no',
    async (body) => {
      expect(await failure(decide({ body }))).toMatchObject({ kind: 'malformed' })
    },
  )

  it('pending says who is waited for, until when, and how often to look', async () => {
    const body = {
      status: 'pending',
      risk_level: 'high',
      expires_at: '2026-01-30T14:05:00Z',
      delegation_consent_required: true,
      agent_message: null,
      approval_uri: 'https://app.lumoauth.dev/approve/jit_1',
    }
    const decision = await decide({ body, headers: { 'retry-after': '5' } })
    expect(decision).toEqual({
      status: 'pending',
      ref,
      risk: 'high',
      waitsFor: 'subject-consent',
      approvalUrl: 'https://app.lumoauth.dev/approve/jit_1',
      expiresAt: Date.parse('2026-01-30T14:05:00Z'),
      retryAfterMs: 5000,
    })
  })

  it('expire:skew — a clock ten minutes off does not end the wait: the Date header is the measure', async () => {
    const body = { status: 'pending', expires_at: '2026-01-30T14:15:00Z' }
    const headers = {
      date: 'Fri, 30 Jan 2026 14:10:00 GMT',
      'retry-after': 'Fri, 30 Jan 2026 14:10:09 GMT',
    }
    const { authority, clock } = scripted({ [STATUS]: { body, headers } })
    expect(await authority.status(ref)).toMatchObject({
      expiresAt: clock.now() + 300_000,
      retryAfterMs: 9000,
    })
  })

  it.each(['javascript:alert(1)', 'http://evil.example/', 7, 'data:text/html,x'])(
    'a link of %j is not shown to anybody',
    async (approval_uri) => {
      const decision = await decide({ body: { status: 'pending', approval_uri } })
      expect(decision).not.toHaveProperty('approvalUrl')
    },
  )

  it('without a link of its own the authority has the one of the options', async () => {
    const approvalUrl = ({ requestId }: { requestId: string }) => `https://ui.example/${requestId}`
    const { authority } = scripted({ [STATUS]: { body: { status: 'pending' } } }, { approvalUrl })
    expect(await authority.status(ref)).toHaveProperty('approvalUrl', 'https://ui.example/jit_1')
  })

  it('a message is plain text of at most 500 characters', async () => {
    const agent_message = `ok\u0000\u001b[31m\u202eevil\u2066\u200b\nnext\u{e0041} ${'😀'.repeat(400)}`
    const decision = await decide({ body: { status: 'denied', agent_message } })
    const message = 'message' in decision ? (decision.message ?? '') : ''
    expect(message.startsWith('ok[31mevil next 😀')).toBe(true)
    expect(message.length).toBeLessThanOrEqual(500)
    expect(message).not.toMatch(/\p{Cs}/u)
  })

  it.each([
    [{ request_id: 42, status: 'denied' }, '42'],
    [{ request_id: 'a/../b?c', status: 'denied' }, 'a/../b?c'],
  ])('takes the id of %j as it is', async (body, requestId) => {
    expect(await ask({ body })).toMatchObject({ ref: { taskId: 'task_1', requestId } })
  })

  it.each([undefined, null, '', '.', '..', {}])('an id of %j fits no path', async (request_id) => {
    expect(await failure(ask({ body: { request_id, status: 'approved' } }))).toMatchObject({
      kind: 'malformed',
    })
  })

  it('keeps a strange id inside its segment', async () => {
    const { authority, seen } = scripted({
      'GET /jit/request/a%2F..%2Fb%3Fc/status': { body: { status: 'pending' } },
    })
    await authority.status({ taskId: 'task_1', requestId: 'a/../b?c' })
    expect(seen.at(-1)?.path).toBe('/jit/request/a%2F..%2Fb%3Fc/status')
    const above = { taskId: 'task_1', requestId: '..' }
    expect(await failure(authority.status(above))).toMatchObject({ kind: 'malformed' })
  })
})

describe('extensions', () => {
  it('are used where they are advertised', async () => {
    const { authority, calls, seen } = scripted({
      [METADATA]: ours,
      'POST /jit/request': { body: { request_id: 'jit_1', status: 'pending' } },
      [STATUS]: { body: { status: 'pending' } },
      'POST /jit/revoke/jit_1': { body: { status: 'revoked' } },
    })
    expect(await authority.capabilities()).toEqual({
      manyDetails: true,
      scope: false,
      bindsAudience: true,
      tasks: 'server',
    })
    await authority.request(task, permission)
    expect(seen.at(-1)?.json).toMatchObject({ resource: resource.url, reuse: 'once' })
    expect(seen.at(-1)?.headers.get('idempotency-key')).toBe('key-1')
    await authority.status(ref, { waitMs: 60_000 })
    expect(seen.at(-1)?.query).toBe('?wait=25')
    expect(await authority.withdraw?.(ref)).toBe(true)
    expect(calls('/.well-known/oauth-authorization-server')).toHaveLength(1)
  })

  it.each([
    [{ status: 404 }],
    [{ body: { issuer: BASE } }],
    [{ body: { lumojit_capabilities: 'all of them' } }],
    [{ body: { lumojit_capabilities: { wait: 'yes', reuse: 1 } } }],
  ])('are not sent to an authority that says %j', async (metadata) => {
    const { authority, seen } = scripted({
      [METADATA]: metadata,
      'POST /jit/request': { body: { request_id: 'jit_1', status: 'pending' } },
      [STATUS]: { body: { status: 'pending' } },
    })
    expect(await authority.capabilities()).toEqual({
      manyDetails: false,
      scope: false,
      bindsAudience: false,
      tasks: 'server',
    })
    await authority.request(task, permission)
    expect(Object.keys(seen.at(-1)?.json ?? {})).toEqual([
      'task_id',
      'authorization_details',
      'justification',
      'requested_ttl',
    ])
    expect(seen.at(-1)?.headers.has('idempotency-key')).toBe(false)
    await authority.status(ref, { waitMs: 20_000 })
    expect(seen.at(-1)?.query).toBe('')
    expect(await authority.withdraw?.(ref)).toBe(false)
  })

  it('an authority out of reach is an error now and asked again next time', async () => {
    const { authority } = scripted({ [METADATA]: [{ status: 503 }, { status: 503 }, ours] })
    expect(await failure(authority.capabilities())).toMatchObject({ kind: 'unreachable' })
    expect(await authority.capabilities()).toMatchObject({ manyDetails: true })
  })

  it('a scope has no place on this wire', async () => {
    const { authority, calls } = scripted({ [METADATA]: advertised({ scope: true }) })
    const scope = { ...permission, permission: { kind: 'scope', scope: ['a'] } } as const
    expect(await failure(authority.request(task, scope))).toMatchObject({ kind: 'rejected' })
    expect(calls('/jit/request')).toHaveLength(0)
  })
})

describe('answers that are no 2xx', () => {
  it.each([
    [{ status: 400, body: { error: 'task_not_active' } }],
    [{ status: 400, body: { error: true, message: 'Task is not active' } }],
    [{ status: 404, body: { error: 'task_not_found' } }],
  ])('request: %j means the task has ended', async (reply) => {
    expect(await ask(reply)).toEqual({ status: 'task-ended' })
  })

  it.each([
    [{ status: 400, body: { error: 'invalid_authorization_details' } }],
    [{ status: 403, body: { error: 'task_agent_mismatch' } }],
    [{ status: 404, body: { error: 'tenant_not_found' } }],
  ])('request: %j is a rejection', async (reply) => {
    expect(await failure(ask(reply))).toMatchObject({ kind: 'rejected' })
  })

  it('status: 404 is expired, unless it is the organization that is unknown', async () => {
    expect(await decide({ status: 404 })).toEqual({ status: 'expired', ref })
    const unknown = { status: 404, body: { error: 'tenant_not_found' } }
    expect(await failure(decide(unknown))).toMatchObject({ kind: 'rejected' })
  })

  it.each([
    ['pending', 'pending'],
    ['denied', 'denied'],
    ['expired', 'expired'],
    ['revoked', 'revoked'],
    ['approved', 'expired'],
  ])('redeem: a 403 while the status says %s is %s', async (status, expected) => {
    const { authority } = scripted({ [TOKEN]: { status: 403 }, [STATUS]: { body: { status } } })
    expect(await authority.redeem(ref, permission)).toMatchObject({ status: expected, ref })
  })

  it.each([
    [{ status: 403, body: { error: 'task_not_active' } }, 'task-ended'],
    [{ status: 400, body: { error: 'task_not_active' } }, 'task-ended'],
    [{ status: 404, body: { error: 'request_not_found' } }, 'expired'],
  ])('redeem: %j is %s', async (reply, status) => {
    const { authority } = scripted({ [TOKEN]: reply, [STATUS]: { body: { status: 'approved' } } })
    expect(await authority.redeem(ref, permission)).toEqual({ status, ref })
  })
})

describe('a grant', () => {
  const redeem = (body: unknown, expirySkewSeconds = 5) => {
    const { authority, clock } = scripted({ [TOKEN]: { body } }, { expirySkewSeconds })
    return { grant: authority.redeem(ref, permission), now: clock.now() }
  }

  it('expire:skew — lives from receipt, less the skew', async () => {
    const token = { access_token: 'JIT', token_type: 'Bearer', expires_in: 300, reuse: 'task' }
    const { grant, now } = redeem(token, 30)
    expect(await grant).toMatchObject({ expiresAt: now + 270_000, reuse: 'task', scheme: 'Bearer' })
  })

  it('expire:skew — a life nobody states is taken for short', async () => {
    const { grant, now } = redeem({ access_token: 'JIT' })
    expect(await grant).toMatchObject({ expiresAt: now + 295_000 })
  })

  it('keeps what it was asked for and hides the token', async () => {
    const { grant } = redeem({ access_token: 'JIT', token_type: 'dPoP', reuse: 'forever' })
    const got = await grant
    expect(got).toMatchObject({ ref, resource, asked: permission.permission, scheme: 'DPoP' })
    expect(got).not.toHaveProperty('reuse')
    expect(JSON.stringify(got)).not.toContain('JIT')
    expect('token' in got && got.token.reveal()).toBe('JIT')
  })

  it.each([
    {},
    { access_token: '' },
    { access_token: 'a\r\nb' },
    { access_token: 7 },
    { access_token: 'JIT', token_type: 'N_A' },
  ])('is not made of %j', async (body) => {
    expect(await failure(redeem(body).grant)).toMatchObject({ kind: 'malformed' })
  })
})
