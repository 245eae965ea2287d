import { describe, expect, it } from 'vitest'
import { memoryStore } from '../src/index.ts'
import { AGENT, ORIGIN, openWorld, READING, type World } from './world.ts'

const at = (w: World, origin: string, init: RequestInit = {}) =>
  w.authority.fetch(new Request(`${origin}${w.base}/jit/task`, { method: 'POST', ...init }))

const post = (w: World, path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  w.raw(w.base + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${w.agent}`, ...headers },
    body,
  })
const JSON_TYPE = { 'content-type': 'application/json' }

describe('Host', () => {
  it('is one of its own names, or the call is 421 whatever it asks', async () => {
    const w = await openWorld({ hosts: ['auth.internal:8443'] })
    const own = [ORIGIN, 'http://localhost:4000', 'http://[::1]:4000', 'http://auth.internal:8443']
    for (const origin of own) expect((await at(w, origin)).status).toBe(401)
    const others = [
      'http://evil.example:4000',
      'http://127.0.0.1:4001',
      'http://127.0.0.1.nip.io:4000',
    ]
    for (const origin of others) {
      const answer = await at(w, origin)
      expect(answer.status).toBe(421)
      expect(await answer.json()).toMatchObject({ code: 'misdirected_request', status: 421 })
    }
  })

  it('is the header too, when there is one', async () => {
    const w = await openWorld()
    const answer = await at(w, ORIGIN, { headers: { host: 'evil.example' } })
    expect(answer.status).toBe(421)
    expect((await at(w, ORIGIN, { headers: { host: '127.0.0.1:4000' } })).status).toBe(401)
    expect((await at(w, ORIGIN, { headers: { host: 'a b' } })).status).toBe(421)
  })

  it('of a public server is its name alone, with or without the default port', async () => {
    const w = await openWorld({ url: 'https://auth.example.com' })
    const status = async (host: string) =>
      (await at(w, 'https://auth.example.com', { headers: { host } })).status
    expect(await status('auth.example.com')).toBe(401)
    expect(await status('AUTH.example.com:443')).toBe(401)
    expect(await status('localhost')).toBe(421)
  })
})

describe('Origin', () => {
  it('of another site is refused on unsafe methods, and no matter on safe ones', async () => {
    const w = await openWorld()
    const origins = [
      'https://evil.example',
      'null',
      'http://127.0.0.1:4001',
      'https://127.0.0.1:4000',
    ]
    for (const origin of origins) {
      const answer = await at(w, ORIGIN, { headers: { origin } })
      expect([origin, answer.status]).toEqual([origin, 403])
      expect(await answer.json()).toMatchObject({ code: 'origin_not_allowed' })
      const read = await w.raw(`${w.base}/.well-known/jwks.json`, { headers: { origin } })
      expect(read.status).toBe(200)
    }
    expect((await at(w, ORIGIN, { headers: { origin: ORIGIN } })).status).toBe(401)
    expect((await at(w, ORIGIN)).status).toBe(401)
  })
})

describe('a body', () => {
  it('may be missing where a JSON type is announced', async () => {
    const w = await openWorld()
    expect((await post(w, '/jit/task', '', JSON_TYPE)).status).toBe(201)
    expect((await post(w, '/jit/task', ' \n', JSON_TYPE)).status).toBe(201)
  })

  it.each([
    ['{', 400, 'invalid_request'],
    ['[]', 400, 'invalid_request'],
    ['null', 400, 'invalid_request'],
    ['"task"', 400, 'invalid_request'],
    ['{"name":{"a":1}}', 400, 'invalid_request'],
  ])('%s is refused', async (body, status, code) => {
    const w = await openWorld()
    const answer = await post(w, '/jit/task', body, JSON_TYPE)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(w.authority.counts().tasks).toBe(0)
  })

  it('of another type is 415, and one that is no UTF-8 is 400', async () => {
    const w = await openWorld()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])
      expect((await post(w, '/jit/task', '{}', { 'content-type': type })).status).toBe(415)
    const bytes = new Uint8Array([0x7b, 0xff, 0x7d])
    expect((await post(w, '/jit/task', bytes, JSON_TYPE)).status).toBe(400)
    const token = await w.raw(`${w.base}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: '<a/>',
    })
    expect([token.status, token.body.code]).toEqual([415, 'unsupported_media_type'])
  })

  it('above 64 KiB is 413, also when its length was not announced', async () => {
    const w = await openWorld()
    const fits = JSON.stringify({ name: 'n', ignored: 'x'.repeat(60_000) })
    const large = JSON.stringify({ name: 'n', ignored: 'x'.repeat(66_000) })
    expect((await post(w, '/jit/task', fits, JSON_TYPE)).status).toBe(201)
    expect((await post(w, '/jit/task', large, JSON_TYPE)).status).toBe(413)
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1024
        controller.enqueue(new Uint8Array(1024).fill(32))
      },
    })
    const request = new Request(`${ORIGIN}${w.base}/jit/task`, {
      method: 'POST',
      headers: { authorization: `Bearer ${w.agent}`, ...JSON_TYPE },
      body: endless,
      duplex: 'half',
    } as RequestInit)
    expect((await w.authority.fetch(request)).status).toBe(413)
    expect(sent).toBeLessThan(128 * 1024)
  })

  it('with a form member twice is refused; with two resources by its own code', async () => {
    const w = await openWorld()
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...AGENT })
    const send = async (more: string): Promise<string> =>
      (
        await w.raw(`${w.base}/oauth/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: `${form}${more}`,
        })
      ).body.error
    expect(await send('&client_id=agt_1')).toBe('invalid_request')
    expect(await send('&resource=https://a.example&resource=https://b.example')).toBe(
      'invalid_target',
    )
  })

  it('too deep, too long or of odd shape never gets past reading', async () => {
    const w = await openWorld()
    const task = await w.openTask()
    let deep: unknown = 'x'
    for (let i = 0; i < 40; i++) deep = [deep]
    const odd = [
      { ...READING, extra: deep },
      { ...READING, actions: 'read' },
      { ...READING, actions: [1] },
      { ...READING, identifier: 'x'.repeat(5_000) },
      { type: '' },
      'file_access',
    ]
    for (const details of odd) {
      const body = { task_id: task, authorization_details: details }
      const answer = await w.call('POST', '/jit/request', w.agent, body)
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_authorization_details'])
    }
    expect(w.authority.counts().requests).toBe(0)
  })
})

describe('an authority whose store fails', () => {
  it('says 500 in its own shape, and nothing of what went wrong', async () => {
    const inner = memoryStore()
    const store = {
      ...inner,
      addTask: () => Promise.reject(new Error('disk on fire at /var/secret')),
    }
    const w = await openWorld({ store })
    const answer = await w.call('POST', '/jit/task', w.agent, {})
    expect([answer.status, answer.body.code]).toEqual([500, 'server_error'])
    expect(JSON.stringify(answer.body)).not.toMatch(/disk|secret/)
  })
})
