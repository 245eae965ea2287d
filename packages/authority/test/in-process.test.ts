import {
  AuthorityError,
  type Grant,
  type PermissionRequest,
  type Resource,
} from '@lumojit/protocol'
import { decodeJwt } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { API, openWorld, PAYMENT, READING, type World } from './world.ts'

const resource: Resource = { url: API }
const question = (details: object, more: Partial<PermissionRequest> = {}): PermissionRequest => ({
  permission: { kind: 'details', details: [details] as never },
  resource,
  reuse: 'once',
  justification: 'the user asked',
  ttlSeconds: 300,
  idempotencyKey: 'a call',
  ...more,
})
const open = async (options: Parameters<typeof openWorld>[0] = {}) => {
  const w = await openWorld(options)
  const authority = w.authority.asAuthority({ agentId: 'agt_1' })
  return { w, authority, task: await authority.openTask({ name: 'Analyse Q4' }) }
}
const pendingRef = async ({ authority, task }: Awaited<ReturnType<typeof open>>, more = {}) => {
  const decision = await authority.request(task, question(PAYMENT, more))
  if (decision.status !== 'pending') throw new Error(`it is ${decision.status}`)
  return decision.ref
}
const held = (w: World) =>
  vi.waitFor(() => expect(w.authority.counts().openWaits).toBe(1), { timeout: 10_000, interval: 1 })
const by = { user: 'u_bob' }

describe('the authority in process', () => {
  it('says what it can, and which URLs are its own', async () => {
    const { w, authority } = await open()
    expect(authority.id).toBe(w.authority.issuer)
    expect(await authority.capabilities()).toEqual({
      manyDetails: true,
      scope: false,
      bindsAudience: true,
      tasks: 'server',
    })
    for (const url of [
      authority.id,
      'http://localhost:4000/t/acme-corp',
      'https://127.0.0.1:4000/',
    ])
      expect(authority.owns?.(new URL(url))).toBe(true)
    for (const url of [API, 'http://127.0.0.1:4001/', 'http://127.0.0.1.nip.io:4000/'])
      expect(authority.owns?.(new URL(url))).toBe(false)
  })

  it('grants by rule in one answer, bound to the resource, for the task', async () => {
    const { w, authority, task } = await open()
    const request = question(READING, { resource: { url: 'https://x.example', audience: API } })
    const decision = await authority.request(task, request)
    expect(decision).toMatchObject({ status: 'granted', risk: 'low', ref: { taskId: task.id } })
    const ref = decision.ref ?? { taskId: '', requestId: '' }
    const grant = (await authority.redeem(ref, request)) as Grant
    expect(grant).toMatchObject({
      ref,
      scheme: 'Bearer',
      reuse: 'task',
      asked: request.permission,
      granted: request.permission,
      expiresAt: w.clock.now() + 295_000,
    })
    expect(decodeJwt(grant.token.reveal()).aud).toBe(API)
    expect(await authority.revoke(grant)).toBe(true)
    expect(await w.isActive(grant.token.reveal())).toBe(false)
    expect(await authority.revoke(grant)).toBe(true)
  })

  it('waits for the decision by event, and brings the person’s words', async () => {
    const s = await open({ approvalUri: ({ requestId }) => `${API}/${requestId}` })
    const decision = await s.authority.request(s.task, question(PAYMENT))
    const ref = decision.ref ?? { taskId: '', requestId: '' }
    expect(decision).toEqual({
      status: 'pending',
      ref,
      risk: 'critical',
      waitsFor: 'approver',
      approvalUrl: `${API}/${ref.requestId}`,
      expiresAt: s.w.clock.now() + 3_600_000,
    })
    const waiting = s.authority.status(ref, { waitMs: 20_000 })
    await held(s.w)
    const { requestId } = ref
    await s.w.authority.operations.deny({ by, requestId, reason: 'r', agentMessage: 'not now' })
    expect(await waiting).toEqual({ status: 'denied', ref, risk: 'critical', message: 'not now' })
    expect(await s.authority.redeem(ref, question(PAYMENT))).toMatchObject({ status: 'denied' })
  })

  it('rejects an aborted wait with its own reason', async () => {
    const s = await open()
    const ref = await pendingRef(s)
    const stop = new AbortController()
    const waiting = s.authority.status(ref, { waitMs: 20_000, signal: stop.signal })
    const reason = new Error('the user left')
    const rejected = expect(waiting).rejects.toBe(reason)
    await held(s.w)
    stop.abort(reason)
    await rejected
    expect(s.w.authority.counts().openWaits).toBe(0)
    const io = { signal: stop.signal }
    await expect(s.authority.openTask({}, io)).rejects.toBe(reason)
    expect(s.w.authority.counts().tasks).toBe(1)
  })

  it('end:idempotent — ends a task, reports its tokens, and then says that it has ended', async () => {
    const s = await open()
    const request = question(PAYMENT)
    const ref = await pendingRef(s)
    await s.w.authority.operations.approve({ by, requestId: ref.requestId })
    const grant = (await s.authority.redeem(ref, request)) as Grant
    const report = await s.authority.completeTask(s.task, [grant])
    expect(report).toEqual({ taskId: s.task.id, revoked: 1, unrevoked: [] })
    expect(await s.w.isActive(grant.token.reveal())).toBe(false)
    expect(await s.authority.completeTask(s.task, [grant])).toMatchObject({ unrevoked: [] })
    expect(await s.authority.request(s.task, request)).toEqual({ status: 'task-ended' })
    expect(await s.authority.status(ref)).toMatchObject({ status: 'task-ended' })
    expect(await s.authority.redeem(ref, request)).toMatchObject({ status: 'task-ended' })
  })

  it('withdraws what nobody needs any more, and says when it cannot', async () => {
    const s = await open()
    const ref = await pendingRef(s)
    expect(await s.authority.withdraw?.(ref)).toBe(true)
    expect(await s.authority.status(ref)).toMatchObject({ status: 'revoked' })
    const denied = await pendingRef(s)
    await s.w.authority.operations.deny({ by, requestId: denied.requestId })
    expect(await s.authority.withdraw?.(denied)).toBe(false)
    expect(await s.authority.withdraw?.({ ...ref, requestId: 'jit_x' })).toBe(false)
  })

  it('rejects with an AuthorityError what it cannot do, with a fix where there is one', async () => {
    const s = await open()
    const { authority, task } = s
    const kindOf = (kind: AuthorityError['kind']) =>
      expect.objectContaining({ name: 'AuthorityError', kind })
    const scope = question(READING, { permission: { kind: 'scope', scope: ['a'] } })
    await expect(authority.request(task, scope)).rejects.toEqual(kindOf('rejected'))
    await expect(authority.request({ id: 'task_x' }, question(READING))).rejects.toEqual(
      kindOf('rejected'),
    )
    await expect(authority.status({ taskId: task.id, requestId: 'x' })).rejects.toEqual(
      kindOf('rejected'),
    )
    for (let n = 0; n < 20; n++)
      await authority.request(task, question({ ...PAYMENT, identifier: `${n}` }))
    const over = await authority.request(task, question(PAYMENT)).catch((error: unknown) => error)
    expect(over).toBeInstanceOf(AuthorityError)
    expect(over).toMatchObject({ kind: 'rate-limited', retryAfterMs: 5_000 })
  })

  it('base:never-wider-than-subject — refuses delegation instead of using the agent’s own rights', async () => {
    const { authority, task, w } = await open()
    const before = w.authority.counts()
    const subjectToken = async () => 'a token of Alice'
    const rejected = { name: 'AuthorityError', kind: 'rejected' }
    await expect(authority.openTask({ subjectToken })).rejects.toMatchObject(rejected)
    const base = authority.baseToken(task, { subjectToken }, resource)
    await expect(base).rejects.toMatchObject(rejected)
    const asked = authority.request(task, question(READING), { subjectToken })
    await expect(asked).rejects.toMatchObject(rejected)
    expect(w.authority.counts()).toEqual(before)
  })
})

describe('base tokens in process', () => {
  it('base:resource-token — one a resource, for that resource; fetched once, renewed early or when asked', async () => {
    const { w, authority, task } = await open()
    const take = async (more: Partial<Resource> = {}, fresh = false) =>
      (await authority.baseToken(task, {}, { ...resource, ...more }, { fresh }))?.reveal() ?? ''
    const issuedBefore = w.authority.counts().tokensIssued
    const twenty = await Promise.all(Array.from({ length: 20 }, () => take()))
    expect(new Set(twenty).size).toBe(1)
    expect(w.authority.counts().tokensIssued - issuedBefore).toBe(1)
    expect(decodeJwt(twenty[0] ?? '').aud).toBe(API)
    expect((await w.call('POST', '/jit/task', twenty[0], {})).status).toBe(401)
    const fresh = await take({}, true)
    expect(fresh).not.toBe(twenty[0])
    expect(await take()).toBe(fresh)
    w.clock.advance(3_539_000)
    expect(await take()).toBe(fresh)
    w.clock.advance(1_000)
    expect(await take()).not.toBe(fresh)
    expect(await take({ baseToken: 'none' })).toBe('')
    const shared = await take({ baseToken: 'shared' })
    expect((await w.call('POST', '/jit/task', shared, {})).status).toBe(201)
  })

  it('all end with close, again and again without harm', async () => {
    const { w, authority, task } = await open()
    const kinds = ['audience', 'shared'] as const
    const tokens = await Promise.all(
      kinds.map((baseToken) => authority.baseToken(task, {}, { ...resource, baseToken })),
    )
    tokens.push(await authority.baseToken(task, {}, resource, { fresh: true }))
    for (const token of tokens) expect(await w.isActive(token?.reveal() ?? '')).toBe(true)
    await authority.close?.()
    for (const token of tokens) expect(await w.isActive(token?.reveal() ?? '')).toBe(false)
    await authority.close?.()
  })
})

describe('the state key', () => {
  it('is HKDF-SHA-256 of the secret, so that every way to the authority has the same', async () => {
    const { hkdfSync } = await import('node:crypto')
    const { w, authority } = await open()
    const expected = hkdfSync('sha256', 's', '', 'lumojit/state-key/1', 32)
    expect(Buffer.from((await authority.stateKey?.()) ?? [])).toEqual(Buffer.from(expected))
    const other = await w.authority.asAuthority({ agentId: 'agt_2' }).stateKey?.()
    expect(Buffer.from(other ?? [])).not.toEqual(Buffer.from(expected))
  })
})
