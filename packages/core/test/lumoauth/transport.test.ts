import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { lumoAuth } from '../../src/lumoauth/lumo-auth.ts'
import { failure, permission, ref, resource, SECRET, scripted, task } from './scripted.ts'

const STATUS = 'GET /jit/request/jit_1/status'
const TOKEN = 'POST /jit/request/jit_1/token'
const pending = { body: { status: 'pending' } }
const whole = { url: 'https://a.dev', org: 'acme', clientId: 'agt_1', clientSecret: SECRET }
const html = '<!doctype html><title>body-canary</title>'

describe('when the authority does not answer as it should', () => {
  it('status repeats twice after 5xx, with growing pauses, and then says so', async () => {
    const lucky = scripted({ [STATUS]: [{ status: 502, body: html }, new TypeError('x'), pending] })
    expect(await lucky.authority.status(ref)).toMatchObject({ status: 'pending' })
    expect(lucky.clock.slept).toEqual([500, 1000])
    const { authority, calls } = scripted({ [STATUS]: { status: 500 } })
    expect(await failure(authority.status(ref))).toMatchObject({ kind: 'unreachable', status: 500 })
    expect(calls('/jit/request/jit_1/status')).toHaveLength(3)
  })

  it('redeem repeats once; a request only where a key makes the repeat harmless', async () => {
    const routes = { [TOKEN]: { status: 503 }, 'POST /jit/request': { status: 503 } }
    const plain = scripted(routes)
    expect(await failure(plain.authority.redeem(ref, permission))).toMatchObject({
      kind: 'unreachable',
    })
    expect(plain.calls('/jit/request/jit_1/token')).toHaveLength(2)
    await failure(plain.authority.request(task, permission))
    expect(plain.calls('/jit/request')).toHaveLength(1)
    const body = { lumojit_capabilities: { reuse: true } }
    const ours = scripted({ ...routes, 'GET /.well-known/oauth-authorization-server': { body } })
    await failure(ours.authority.request(task, permission))
    expect(ours.calls('/jit/request')).toHaveLength(2)
  })

  it('waits out a 429 twice, up to 30 s each, and otherwise hands on how long', async () => {
    const limited = (seconds: string) => ({ status: 429, headers: { 'retry-after': seconds } })
    const lucky = scripted({ [STATUS]: [limited('30'), limited('1'), pending] })
    expect(await lucky.authority.status(ref)).toMatchObject({ status: 'pending' })
    expect(lucky.clock.slept).toEqual([30_000, 1000])
    const busy = scripted({ [TOKEN]: limited('2') })
    expect(await failure(busy.authority.redeem(ref, permission))).toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 2000,
    })
    expect(busy.calls('/jit/request/jit_1/token')).toHaveLength(3)
    for (const headers of [{ 'retry-after': '31' }, {}]) {
      const { authority, clock } = scripted({ [STATUS]: { status: 429, headers } })
      expect(await failure(authority.status(ref))).toMatchObject({ kind: 'rate-limited' })
      expect(clock.slept).toEqual([])
    }
  })

  it('an abort ends a pause with its own reason', async () => {
    const { authority } = scripted(
      { [STATUS]: { status: 503 } },
      {
        clock: {
          now: () => 0,
          sleep: (_, signal) =>
            new Promise((_resolve, reject) => {
              signal?.addEventListener('abort', () => reject(signal.reason))
              stop.abort(new Error('enough'))
            }),
        },
      },
    )
    const stop = new AbortController()
    expect(await failure(authority.status(ref, { signal: stop.signal }))).toMatchObject({
      message: 'enough',
    })
  })

  it.each([301, 302, 307, 308])('a %i is refused, and the token goes nowhere', async (status) => {
    const headers = { location: 'https://evil.example/' }
    const { authority, seen } = scripted({ [STATUS]: { status, headers } })
    expect(await failure(authority.status(ref))).toMatchObject({
      kind: 'rejected',
      status,
      message: expect.stringContaining('redirect'),
    })
    expect(seen.at(-1)?.redirect).toBe('manual')
    expect(seen).toHaveLength(2)
  })

  it.each([
    [200, html],
    [404, html],
    [403, ` ${html}`],
    [200, 'OK'],
    [200, `{"status":"approved","pad":"${'x'.repeat(262_144)}"}`],
  ])('a %i that is no JSON of LumoAuth is malformed, never a decision', async (status, body) => {
    const { authority } = scripted({ [STATUS]: { status, body } })
    expect(await failure(authority.status(ref))).toMatchObject({ kind: 'malformed' })
  })

  it('a silent authority is unreachable after the timeout, even if fetch ignores its signal', async () => {
    const authority = lumoAuth({ ...whole, timeoutMs: 20, fetch: () => new Promise(() => {}) })
    expect(await failure(authority.baseToken(task, {}, resource))).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('20 ms'),
    })
  })

  it('a body that never ends is cut off as well', async () => {
    const endless = new ReadableStream({ pull: () => new Promise(() => {}) })
    const fetch = async () => new Response(endless)
    const authority = lumoAuth({ ...whole, timeoutMs: 20, fetch })
    expect(await failure(authority.capabilities())).toMatchObject({ kind: 'unreachable' })
  })

  it('an abort reaches the connection', async () => {
    const stop = new AbortController()
    const { authority } = scripted({
      [STATUS]: () => {
        stop.abort(new Error('enough'))
        return new Promise(() => {})
      },
    })
    expect(await failure(authority.status(ref, { signal: stop.signal }))).toMatchObject({
      message: 'enough',
    })
  })

  it('a call that comes already aborted sends nothing', async () => {
    const signal = AbortSignal.abort(new Error('too late'))
    const { authority } = scripted({ [STATUS]: pending })
    for (const work of [authority.status(ref, { signal }), authority.capabilities({ signal })]) {
      expect(await failure(work)).toMatchObject({ message: 'too late' })
    }
  })

  it.each(['constructor', '__proto__'])('a code of %s is a word like any other', async (code) => {
    const { authority } = scripted({ 'POST /jit/task': { status: 422, body: { code } } })
    const error = await failure(authority.openTask({}))
    expect(error).toMatchObject({ kind: 'rejected' })
    expect(error).not.toHaveProperty('fix')
  })

  it('a fetch that rejects with nothing is unreachable all the same', async () => {
    const authority = lumoAuth({ ...whole, fetch: () => Promise.reject() })
    expect(await failure(authority.baseToken(task, {}, resource))).toMatchObject({
      kind: 'unreachable',
    })
  })

  it('without a fetch of its own it takes the one that is there at the time', async () => {
    const authority = lumoAuth(whole)
    vi.stubGlobal('fetch', async () =>
      Response.json({ lumojit_capabilities: { many_details: true } }),
    )
    try {
      expect(await authority.capabilities()).toMatchObject({ manyDetails: true })
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('a wrong secret is said to be one', async () => {
    const { authority } = scripted({
      'POST /oauth/token': { status: 401, body: { error: 'invalid_client' } },
    })
    expect(await failure(authority.openTask({}))).toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('invalid_client'),
      fix: expect.stringContaining('AGENT_CLIENT_SECRET'),
    })
  })
})

describe('token:never-in', () => {
  const leaks = `body-canary ${SECRET} token-canary`
  const cause = Object.assign(new TypeError(leaks), { cause: { code: 'ECONNREFUSED', leaks } })
  const replies = [
    cause,
    { status: 200, body: leaks },
    { status: 302, body: leaks, headers: { location: `https://x/${leaks}` } },
    { status: 400, body: { error: leaks, message: leaks, code: leaks } },
    { status: 401, body: { error: leaks } },
    { status: 403, body: leaks },
    { status: 404, body: { error: 'tenant_not_found', message: leaks } },
    { status: 429, body: leaks },
    { status: 500, body: leaks },
    { status: 200, body: { status: 7, leaks, access_token: 'token-canary', token_type: leaks } },
  ]
  it.each(replies)('token:never-in — errors hold no token and no body (%#)', async (reply) => {
    const issued = { body: { access_token: 'token-canary', token_type: 'Bearer' } }
    const { authority } = scripted({
      'POST /oauth/token': issued,
      'POST /jit/task': reply,
      'POST /jit/request': reply,
      'POST /jit/task/task_1/complete': reply,
      [STATUS]: reply,
      [TOKEN]: reply,
    })
    const everywhere = scripted({ 'POST /oauth/token': reply })
    for (const work of [
      authority.openTask({}),
      authority.request(task, permission),
      authority.status(ref),
      authority.redeem(ref, permission),
      authority.completeTask(task, []),
      everywhere.authority.baseToken(task, {}, resource),
    ]) {
      const outcome = await work.catch((error: unknown) => error)
      const text = inspect(outcome, { depth: null, showHidden: true })
      expect(text + JSON.stringify(outcome)).not.toMatch(/canary/)
    }
    expect(inspect(authority, { depth: null, showHidden: true })).not.toMatch(/canary/)
  })

  it('token:never-in — the code beneath `fetch failed` is shown, and nothing else of it', async () => {
    const { authority } = scripted({ 'POST /oauth/token': cause })
    expect(await failure(authority.openTask({}))).toHaveProperty(
      'message',
      'LumoAuth could not be reached (ECONNREFUSED).',
    )
  })
})
