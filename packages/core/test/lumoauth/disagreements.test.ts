import { describe, expect, it } from 'vitest'
import {
  advertised,
  detail,
  failure,
  permission,
  ref,
  resource,
  scripted,
  task,
} from './scripted.ts'

/** What the sources of the wire disagree about (D1–D27), and what this client does with either reading. */

const STATUS = 'GET /jit/request/jit_1/status'
const TOKEN = 'POST /jit/request/jit_1/token'
const other = { type: 'payment', actions: ['initiate'] }
const twoDetails = {
  ...permission,
  permission: { kind: 'details', details: [detail, other] },
} as const
const decide = (body: unknown, headers = {}) =>
  scripted({ [STATUS]: { body, headers } }).authority.status(ref)
const redeem = (body: unknown) => scripted({ [TOKEN]: { body } }).authority.redeem(ref, permission)

describe('the disagreements of the wire', () => {
  it('D1: /orgs unless told otherwise; a 404 names both ways out and nothing is tried elsewhere', async () => {
    const { authority, calls } = scripted({
      'POST /jit/task': { status: 404, body: { error: 'tenant_not_found' } },
    })
    const error = await failure(authority.openTask({}))
    expect(error).toMatchObject({ kind: 'rejected', status: 404 })
    expect(error).toHaveProperty('fix', expect.stringMatching(/LUMOAUTH_ORG_ID.*paths: 't'/))
    expect(calls('/jit/task')).toHaveLength(1)
  })

  it.each([200, 201, 202])(
    'D2: a request answered %i is read by its status member',
    async (status) => {
      const body = { request_id: 'jit_1', status: 'approved', risk_level: 'low' }
      const { authority } = scripted({ 'POST /jit/request': { status, body } })
      expect(await authority.request(task, permission)).toEqual({
        status: 'granted',
        ref,
        risk: 'low',
      })
    },
  )

  it.each([
    [200, { task_id: 'task_1', status: 'completed' }],
    [204, undefined],
  ])('D2: complete answered %i is complete', async (status, body) => {
    const { authority } = scripted({ 'POST /jit/task/task_1/complete': { status, body } })
    expect(await authority.completeTask(task, [])).toMatchObject({ revoked: 0, unrevoked: [] })
  })

  it('D3: one detail goes as an object, several only where that is advertised', async () => {
    const reply = { status: 201, body: { request_id: 'jit_1', status: 'approved' } }
    const plain = scripted({ 'POST /jit/request': reply })
    await plain.authority.request(task, permission)
    expect(plain.seen.at(-1)?.json).toHaveProperty('authorization_details', detail)
    expect(await failure(plain.authority.request(task, twoDetails))).toMatchObject({
      kind: 'rejected',
    })
    expect(plain.calls('/jit/request')).toHaveLength(1)
    const ours = scripted({
      'POST /jit/request': reply,
      'GET /.well-known/oauth-authorization-server': advertised({ many_details: true }),
    })
    await ours.authority.request(task, twoDetails)
    expect(ours.seen.at(-1)?.json).toHaveProperty('authorization_details', [detail, other])
    await ours.authority.request(task, permission)
    expect(ours.seen.at(-1)?.json).toHaveProperty('authorization_details', detail)
  })

  it.each([[[detail]], [detail]])('D3: what was granted is read as %j', async (stated) => {
    const body = { access_token: 'JIT', token_type: 'Bearer', authorization_details: stated }
    expect(await redeem(body)).toHaveProperty('granted', { kind: 'details', details: [detail] })
  })

  it.each([null, undefined])('D3: what was granted may go unsaid (%s)', async (stated) => {
    const body = { access_token: 'JIT', token_type: 'Bearer', authorization_details: stated }
    expect(await redeem(body)).not.toHaveProperty('granted')
  })

  it.each([[[]], ['payment'], [[{ actions: ['read'] }]], [[detail, 7]]])(
    'D3: what was granted and cannot be read (%j) gives no grant',
    async (stated) => {
      const body = { access_token: 'JIT', token_type: 'Bearer', authorization_details: stated }
      expect(await failure(redeem(body))).toMatchObject({ kind: 'malformed' })
    },
  )

  it('D4: always says how long, never above 900 s, and obeys what it is given', async () => {
    const { authority, seen, clock } = scripted({
      'POST /jit/request': { body: { request_id: 'jit_1', status: 'approved' } },
      [TOKEN]: { body: { access_token: 'JIT', token_type: 'Bearer', expires_in: 120 } },
    })
    await authority.request(task, { ...permission, ttlSeconds: 3600 })
    expect(seen.at(-1)?.json).toHaveProperty('requested_ttl', 900)
    const grant = await authority.redeem(ref, permission)
    expect(grant).toHaveProperty('expiresAt', clock.now() + 115_000)
  })

  it.each([
    [{ agent_message: 'a', deny_reason: 'b', review_notes: 'c' }, 'a'],
    [{ agent_message: null, deny_reason: 'b', review_notes: 'c' }, 'b'],
    [{ review_notes: 'c', has_notes: true }, 'c'],
    [{ has_notes: true }, undefined],
  ])('D9: the message of %j is %s', async (members, message) => {
    const decision = await decide({ status: 'denied', ...members })
    expect(decision).toEqual({ status: 'denied', ref, ...(message && { message }) })
  })

  it('D12: nothing is assumed of a risk, the status alone decides', async () => {
    const body = { request_id: 'jit_1', status: 'pending', risk_level: 'low' }
    const { authority } = scripted({ 'POST /jit/request': { status: 201, body } })
    expect(await authority.request(task, permission)).toMatchObject({
      status: 'pending',
      risk: 'low',
    })
  })

  it('D13: a justification is always sent', async () => {
    const { authority, seen } = scripted({
      'POST /jit/request': { body: { request_id: 'jit_1', status: 'denied' } },
    })
    await authority.request(task, permission)
    expect(seen.at(-1)?.json).toHaveProperty('justification', permission.justification)
  })

  it('D14: the older dialect is recognised and refused, not waited for', async () => {
    const body = { task_id: 'task_1', status: 'pending', approval_url: 'https://x/approve' }
    const { authority } = scripted({ 'POST /jit/task': { body } })
    const error = await failure(authority.openTask({}))
    expect(error).toMatchObject({
      kind: 'malformed',
      message: expect.stringContaining('approval_url'),
    })
  })

  it('D14: URLs in answers are not followed, ids are', async () => {
    const evil = 'https://evil.example/token'
    const { authority, seen } = scripted({
      'POST /jit/request': { body: { request_id: 'jit_1', status: 'approved', token_url: evil } },
      [TOKEN]: { body: { access_token: 'JIT', token_type: 'Bearer' } },
    })
    await authority.request(task, permission)
    await authority.redeem(ref, permission)
    expect(seen.at(-1)?.path).toBe('/jit/request/jit_1/token')
  })

  it('D15: a token is opaque, whatever it looks like', async () => {
    expect(await redeem({ access_token: 'not.a.jwt', token_type: 'bearer' })).toMatchObject({
      scheme: 'Bearer',
    })
  })

  it('D17: the exchange authenticates the client', async () => {
    const { authority, calls } = scripted()
    await authority.baseToken(task, { subjectToken: async () => 'alice' }, resource)
    expect(calls('/oauth/token').at(-1)?.form).toMatchObject({ client_id: 'agt_1' })
  })

  it.each([
    [{ error: true, code: 'delegation_not_allowed', message: 'prose' }, 'delegation_not_allowed'],
    [{ error: 'delegation_not_allowed' }, 'delegation_not_allowed'],
    [{ error: 'A sentence, not a code' }, '403 to POST /jit/task.'],
    ['plain text', '403 to POST /jit/task.'],
    [undefined, '403 to POST /jit/task.'],
  ])('D19, D24: of the refusal %j only a short code is shown', async (body, shown) => {
    const { authority } = scripted({ 'POST /jit/task': { status: 403, body } })
    const error = await failure(authority.openTask({}))
    expect(error).toMatchObject({ kind: 'rejected', status: 403 })
    expect(error).toHaveProperty('message', expect.stringContaining(shown))
    expect(String(error)).not.toMatch(/prose|sentence|plain/)
  })

  it('D25: tokens are kept and Retry-After is honoured', async () => {
    const { authority, clock, calls } = scripted({
      'POST /oauth/token': [
        { status: 429, headers: { 'retry-after': '7' } },
        { body: { access_token: 'AT', token_type: 'Bearer' } },
      ],
      'POST /jit/task': { body: { task_id: 'task_1' } },
    })
    await authority.openTask({})
    await authority.openTask({})
    expect(clock.slept).toEqual([7000])
    expect(calls('/oauth/token')).toHaveLength(2)
  })
})
