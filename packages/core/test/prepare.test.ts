import { describe, expect, it } from 'vitest'
import type { Call } from '../src/call.ts'
import { newCall } from '../src/call.ts'
import { asCalled, type JitRequestInit, prepare as prepareCalled } from '../src/prepare.ts'
import type { TaskState } from '../src/task-state.ts'
import { API, authority, taskOn } from './grounds.ts'

/** As `fetch` does it: taken before the first await, then made ready. */
async function prepare(
  task: TaskState,
  call: Call,
  input: string | URL | Request,
  init: JitRequestInit,
) {
  const own = asCalled(input, init)
  return prepareCalled(task, call, own.input, own.init)
}

async function prepared(input: string | URL | Request, init: JitRequestInit = {}, named = true) {
  const { task } = taskOn()
  const call = await newCall(named ? { key: 'call-1', toolName: 'pay' } : undefined, {})
  return prepare(task, call, input, init)
}

/** `Headers` of another copy of the runtime's classes: an iterable, and no instance of ours. */
class OtherHeaders {
  readonly #pairs: [string, string][]
  constructor(...pairs: [string, string][]) {
    this.#pairs = pairs
  }
  [Symbol.iterator]() {
    return this.#pairs[Symbol.iterator]()
  }
}
const otherHeaders = (...pairs: [string, string][]) =>
  new OtherHeaders(...pairs) as unknown as Headers

describe('a caller’s own Authorization', () => {
  const forms: [string, JitRequestInit][] = [
    ['an object', { headers: { Authorization: 'Bearer mine' } }],
    ['an object in capitals', { headers: { AUTHORIZATION: 'Bearer mine' } }],
    ['Headers', { headers: new Headers({ authorization: 'Bearer mine' }) }],
    [
      'a list',
      {
        headers: [
          ['x', '1'],
          ['aUTHORIZATION', 'Bearer mine'],
        ],
      },
    ],
    ['an empty value', { headers: { authorization: '' } }],
    ['Headers of another make', { headers: otherHeaders(['Authorization', 'Bearer mine']) }],
    ['a Map', { headers: new Map([['Authorization', 'x']]) as unknown as Headers }],
  ]

  it.each(forms)('CALLER_AUTHORIZATION — %s is refused, with a way out', async (_, init) => {
    const refused = { code: 'CALLER_AUTHORIZATION', fix: expect.stringContaining('Leave it out') }
    await expect(prepared(API, init)).rejects.toMatchObject(refused)
    await expect(prepared(new Request(API), init)).rejects.toMatchObject(refused)
  })

  it('CALLER_AUTHORIZATION — a Request that brings it is refused, also when the init has headers of its own', async () => {
    const request = new Request(API, { headers: { authorization: 'Bearer mine' } })
    for (const init of [{}, { headers: { x: '1' } }]) {
      await expect(prepared(request, init)).rejects.toMatchObject({ code: 'CALLER_AUTHORIZATION' })
    }
  })

  it('says nothing of the credential, and opens no task for it', async () => {
    const served = authority()
    const { task } = taskOn({ authority: served.port })
    const call = await newCall(undefined, {})
    const error = await prepare(task, call, API, { headers: { authorization: 'canary' } }).catch(
      (e) => e,
    )
    expect(`${error} ${error.stack} ${error.fix}`).not.toContain('canary')
    expect(served.calls).toEqual([])
  })
})

describe('headers', () => {
  it('come through in every form', async () => {
    const forms: HeadersInit[] = [
      { 'X-Own': '1' },
      [['X-Own', '1']],
      new Headers({ 'X-Own': '1' }),
      otherHeaders(['X-Own', '1']),
    ]
    for (const headers of forms) {
      const { init } = await prepared(API, { headers })
      expect(new Headers(init.headers).get('x-own')).toBe('1')
    }
  })

  it('what the caller does with them afterwards changes nothing', async () => {
    const plain: Record<string, string> = { a: '1' }
    const headers = new Headers({ a: '1' })
    const list: [string, string][] = [['a', '1']]
    for (const [given, change] of [
      [plain, () => Object.assign(plain, { Authorization: 'x' })],
      [headers, () => headers.set('Authorization', 'x')],
      [list, () => list.push(['Authorization', 'x'])],
    ] as [HeadersInit, () => void][]) {
      const { init } = await prepared(API, { headers: given })
      change()
      expect([...new Headers(init.headers)]).toEqual([['a', '1']])
    }
  })
})

describe('send:only-listed-resources', () => {
  it.each([
    'https://evil.example/',
    'http://api.example.com/',
    'https://user:canary@api.example.com/',
    '/v1/x',
    'v1',
    '',
  ])(
    'send:only-listed-resources — %j is ORIGIN_NOT_LISTED, and no secret of it is repeated',
    async (url) => {
      const error = await prepared(url).catch((thrown) => thrown)
      expect(error.code).toBe('ORIGIN_NOT_LISTED')
      expect(error.message + error.fix).not.toContain('canary')
    },
  )

  it('send:never-to-the-authority — its own URLs are refused, listed or not', async () => {
    const { task } = taskOn({ resources: ['https://authority.example.com'] })
    const call = await newCall(undefined, {})
    await expect(
      prepare(task, call, 'https://authority.example.com/jit/task', {}),
    ).rejects.toMatchObject({
      code: 'ORIGIN_NOT_LISTED',
      message: expect.stringContaining('authority'),
    })
  })

  it('a URL that the caller changes afterwards changes nothing', async () => {
    const url = new URL(`${API}/v1/x`)
    const sending = await prepared(url)
    url.host = 'evil.example'
    expect(sending.url.href).toBe(`${API}/v1/x`)
  })
})

describe('a Request as input', () => {
  it('gives what it holds, and what the init says wins', async () => {
    const request = new Request(`${API}/v1/x`, {
      method: 'PUT',
      body: 'from request',
      headers: { a: 'request', b: 'request' },
      redirect: 'manual',
    })
    const plain = await prepared(request.clone())
    expect(plain).toMatchObject({ method: 'PUT', init: { redirect: 'manual' } })
    expect(plain.url.href).toBe(`${API}/v1/x`)
    expect(new TextDecoder().decode(plain.body.body as Uint8Array)).toBe('from request')
    const merged = await prepared(request, {
      method: 'patch',
      body: 'from init',
      headers: { B: 'init' },
      redirect: 'error',
    })
    expect(merged).toMatchObject({ method: 'PATCH', init: { redirect: 'error' } })
    expect(merged.body.body).toBe('from init')
    const headers = new Headers(merged.init.headers)
    expect([headers.get('a'), headers.get('b')]).toEqual(['request', 'init'])
  })

  it('send:signal — its signal counts, the init’s instead of it, and the call’s beside either', async () => {
    const [own, given, around] = [
      new AbortController(),
      new AbortController(),
      new AbortController(),
    ]
    const request = new Request(API, { signal: own.signal })
    const { task } = taskOn()
    const call = await newCall({ key: 'k', toolName: 't' }, { signal: around.signal })
    const one = await prepare(task, call, request, {})
    const two = await prepare(task, call, request, { signal: given.signal })
    own.abort('own')
    expect([one.signal?.reason, two.signal?.aborted]).toEqual(['own', false])
    around.abort('around')
    expect(two.signal?.reason).toBe('around')
  })
})

describe('what is left for the sending', () => {
  it('send:redirects-never-carry-a-token-elsewhere — the body is in one place alone', async () => {
    const { init } = await prepared(API, {
      method: 'POST',
      body: 'canary',
      justification: 'j',
      waitMs: 1,
      pending: 'block',
    })
    expect(JSON.stringify(init)).not.toContain('canary')
    for (const member of [
      'body',
      'justification',
      'waitMs',
      'pending',
      'grant',
      'idempotencyKey',
    ]) {
      expect(init).not.toHaveProperty(member)
    }
  })
})

describe('send:idempotency-key', () => {
  const key = async (init: JitRequestInit, url = API) => (await prepared(url, init)).idempotencyKey

  it('send:idempotency-key — is made for POST and PATCH alone', async () => {
    for (const method of ['POST', 'post', 'PATCH', 'patch'])
      expect(await key({ method })).toMatch(/^[\w-]{43}$/)
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await key({ method })).toBeUndefined()
  })

  it('send:idempotency-key — false sends none, a text is sent as it is, a header of the caller wins', async () => {
    expect(await key({ method: 'POST', idempotencyKey: false })).toBeUndefined()
    expect(await key({ method: 'PUT', idempotencyKey: 'mine' })).toBe('mine')
    for (const headers of [
      { 'IDEMPOTENCY-key': 'theirs' },
      [['Idempotency-Key', 'theirs']] as [string, string][],
      new Headers({ 'idempotency-key': 'theirs' }),
    ]) {
      const { idempotencyKey, init } = await prepared(API, {
        method: 'POST',
        idempotencyKey: 'mine',
        headers,
      })
      expect(idempotencyKey).toBeUndefined()
      expect(new Headers(init.headers).get('idempotency-key')).toBe('theirs')
    }
  })

  it('send:idempotency-key — equal sends of one execution differ by their order, which the next execution repeats', async () => {
    const { task } = taskOn()
    const post = { method: 'POST', body: 'x' }
    const run = async () => {
      const call = await newCall({ key: 'call-1', toolName: 'pay' }, {})
      const keys: (string | undefined)[] = []
      for (const url of [API, `${API}/#a`, `${API}/#b`]) {
        keys.push((await prepare(task, call, url, post)).idempotencyKey)
      }
      return keys
    }
    const first = await run()
    expect(new Set(first).size).toBe(3)
    expect(await run()).toEqual(first)
  })

  it('send:idempotency-key — of calls that nobody named no two are equal', async () => {
    const keys = [1, 2].map(
      async () => (await prepared(API, { method: 'POST' }, false)).idempotencyKey,
    )
    expect(new Set(await Promise.all(keys)).size).toBe(2)
  })
})
