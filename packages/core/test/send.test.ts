import { describe, expect, it } from 'vitest'
import { replayable } from '../src/body.ts'
import { type Sending, send } from '../src/send.ts'
import { API, network, type Sent, taskOn } from './grounds.ts'

const redirect = (location: string, status = 307) =>
  new Response(null, { status, headers: { location } })

function sending(more: Partial<Sending> = {}): Sending {
  return {
    url: new URL(`${API}/v1/x`),
    method: 'POST',
    resource: { url: API },
    init: { headers: { 'content-type': 'text/plain', accept: 'text/html', 'x-own': '1' } },
    body: replayable('body-canary'),
    nth: 0,
    signal: undefined,
    idempotencyKey: 'key-canary',
    ...more,
  }
}

/** Sends over a network that redirects from `/v1/x` once, and answers everything else. */
async function over(first: Response, more: Partial<Sending> = {}) {
  const net = network(({ url }) => (url === `${API}/v1/x` ? first : new Response(url)))
  const { task } = taskOn({ fetch: net.fetch })
  const outcome = await send(task, sending(more), 'token-canary')
  return { ...outcome, sent: net.sent }
}

const away = ({ headers, body }: Sent) =>
  expect(JSON.stringify([[...headers], body])).not.toMatch(/canary|x-own|content-type/)

describe('send:redirects-never-carry-a-token-elsewhere', () => {
  it('carries token, key and body to the resource itself', async () => {
    const { sent, home } = await over(new Response('ok'))
    expect(home).toBe(true)
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer token-canary')
    expect(sent[0]?.headers.get('idempotency-key')).toBe('key-canary')
    expect(sent[0]?.headers.get('x-own')).toBe('1')
    expect(sent[0]?.body).toBe('body-canary')
    expect(sent[0]?.init.redirect).toBe('manual')
  })

  it.each([307, 308])('%i within the resource is followed with everything', async (status) => {
    const { sent, home } = await over(redirect('/v2/y', status))
    expect(home).toBe(true)
    expect(sent[1]).toMatchObject({ url: `${API}/v2/y`, method: 'POST', body: 'body-canary' })
    expect(sent[1]?.headers.get('authorization')).toBe('Bearer token-canary')
    expect(sent[1]?.headers.get('idempotency-key')).toBe('key-canary')
  })

  it.each([
    ['https://evil.example/x'],
    ['//evil.example/x'],
    ['http://api.example.com/v1/y'],
    ['https://api.example.com:8443/v1/y'],
    ['https://api.example.com.evil.example/'],
  ])(
    'send:redirects-never-carry-a-token-elsewhere — to %s: followed, without token, key, body and own headers',
    async (where) => {
      for (const status of [301, 302, 303, 307, 308]) {
        const { sent, home, response } = await over(redirect(where, status))
        expect(sent).toHaveLength(2)
        away(sent[1] as Sent)
        expect(sent[1]?.headers.get('accept')).toBe('text/html')
        expect(home).toBe(false)
        expect(await response.text()).toBe(sent[1]?.url)
      }
    },
  )

  it('another listed resource, and the authority, are elsewhere too', async () => {
    for (const where of ['https://b.example/x', 'https://authority.example.com/x']) {
      const net = network(({ url }) => (url === `${API}/v1/x` ? redirect(where) : new Response('')))
      const { task } = taskOn({
        fetch: net.fetch,
        resources: [API, 'https://b.example', 'https://authority.example.com'],
      })
      const { home } = await send(task, sending(), 'token-canary')
      expect(home).toBe(false)
      away(net.sent[1] as Sent)
    }
  })

  it('a path that is not the resource’s is elsewhere', async () => {
    const net = network(({ url }) => (url.endsWith('/v1/x') ? redirect('/v2') : new Response('')))
    const { task } = taskOn({ fetch: net.fetch, resources: [`${API}/v1`] })
    const resource = { url: `${API}/v1` }
    expect((await send(task, sending({ resource }), 'token-canary')).home).toBe(false)
    away(net.sent[1] as Sent)
  })

  it('who has been elsewhere comes back as a stranger', async () => {
    const net = network(({ url }) => {
      if (url === `${API}/v1/x`) return redirect('https://evil.example/')
      return url === 'https://evil.example/' ? redirect(`${API}/v1/back`) : new Response('')
    })
    const { task } = taskOn({ fetch: net.fetch })
    const { home } = await send(task, sending(), 'token-canary')
    expect(net.sent.map(({ url }) => url)).toEqual([
      `${API}/v1/x`,
      'https://evil.example/',
      `${API}/v1/back`,
    ])
    away(net.sent[2] as Sent)
    expect(home).toBe(false)
  })

  it('five are followed, the sixth comes back as it came', async () => {
    const net = network((_, nth) => redirect(`/hop/${nth}`))
    const { task } = taskOn({ fetch: net.fetch })
    const { response } = await send(task, sending(), 'token-canary')
    expect(net.sent).toHaveLength(6)
    expect(response.status).toBe(307)
    expect(response.headers.get('location')).toBe('/hop/6')
  })

  it.each([
    [303, 'POST', 'GET', undefined],
    [303, 'PUT', 'GET', undefined],
    [303, 'HEAD', 'HEAD', undefined],
    [302, 'POST', 'GET', undefined],
    [301, 'POST', 'GET', undefined],
    [302, 'PUT', 'PUT', 'body-canary'],
    [307, 'PATCH', 'PATCH', 'body-canary'],
  ] as const)('%i turns %s into %s, as fetch does', async (status, method, then, body) => {
    const payload = method === 'HEAD' ? replayable(undefined) : replayable('body-canary')
    const { sent } = await over(redirect('/y', status), { method, body: payload })
    expect(sent[1]).toMatchObject({ method: then })
    expect(sent[1]?.body).toBe(body)
    if (body === undefined && method !== 'HEAD')
      expect(sent[1]?.headers.has('content-type')).toBe(false)
  })

  it('manual hands the redirect out, error throws, and nothing is sent on', async () => {
    const net = network(() => redirect('/y'))
    const { task } = taskOn({ fetch: net.fetch })
    const manual = await send(task, sending({ init: { redirect: 'manual' } }), 't')
    expect(manual.response.status).toBe(307)
    const error = send(task, sending({ init: { redirect: 'error' } }), 't')
    await expect(error).rejects.toBeInstanceOf(TypeError)
    expect(net.sent).toHaveLength(2)
  })

  it.each([
    [redirect('javascript:alert(1)')],
    [redirect('file:///etc/passwd')],
    [redirect('http://')],
    [new Response(null, { status: 307 })],
    [new Response(null, { status: 304, headers: { location: '/y' } })],
    [new Response(null, { status: 201, headers: { location: '/y' } })],
  ])('what is no place to follow comes back as it came', async (response) => {
    const { sent, response: got } = await over(response)
    expect(sent).toHaveLength(1)
    expect(got).toBe(response)
  })

  it('the body of a redirect that is followed is given up', async () => {
    let cancelled = false
    const body = new ReadableStream({
      cancel() {
        cancelled = true
      },
    })
    await over(new Response(body, { status: 307, headers: { location: '/y' } }))
    expect(cancelled).toBe(true)
  })
})

describe('send:no-blind-resend', () => {
  const failing = (error: unknown, method: string) => {
    const net = network(() => {
      throw error
    })
    const { task } = taskOn({ fetch: net.fetch })
    const body = method === 'GET' || method === 'HEAD' ? replayable(undefined) : replayable('x')
    return { net, result: send(task, sending({ method, body }), 't') }
  }
  const lost = () =>
    new TypeError('fetch failed', {
      cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
    })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'])(
    'send:no-blind-resend — a %s whose connection broke may have happened: EFFECT_UNKNOWN, sent once',
    async (method) => {
      const error = lost()
      const { net, result } = failing(error, method)
      await expect(result).rejects.toMatchObject({ code: 'EFFECT_UNKNOWN', cause: error })
      expect(net.sent).toHaveLength(1)
    },
  )

  it.each(['GET', 'HEAD', 'OPTIONS'])('a %s gives the error as it is', async (method) => {
    const error = lost()
    await expect(failing(error, method).result).rejects.toBe(error)
  })

  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ])('send:no-blind-resend — %s: nothing can have left, the error comes as it is', async (code) => {
    const error = new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
    await expect(failing(error, 'POST').result).rejects.toBe(error)
  })

  it.each([[undefined], [null], ['text'], [new Error('no cause')]])(
    'whatever was thrown (%s), an unsafe call may have happened',
    async (error) => {
      await expect(failing(error, 'POST').result).rejects.toMatchObject({ code: 'EFFECT_UNKNOWN' })
    },
  )
})

describe('send:signal', () => {
  const hanging = () =>
    network(
      ({ init }) =>
        new Promise((_, reject) => {
          init.signal?.addEventListener('abort', () =>
            reject(new DOMException('cut', 'AbortError')),
          )
        }),
    )

  it('send:signal — an abort under way is the caller’s reason, also of an unsafe call', async () => {
    const net = hanging()
    const { task } = taskOn({ fetch: net.fetch })
    const controller = new AbortController()
    const result = send(task, sending({ signal: controller.signal }), 't')
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(result).rejects.toBe(reason)
    expect(task.unanswered.size).toBe(0)
  })

  it('end:revokes-all — the end of the task cuts what is unanswered: TASK_CLOSED', async () => {
    const net = hanging()
    const { task } = taskOn({ fetch: net.fetch })
    const result = send(task, sending(), 't')
    task.close()
    await expect(result).rejects.toMatchObject({ code: 'TASK_CLOSED' })
    await expect(send(task, sending(), 't')).rejects.toMatchObject({ code: 'TASK_CLOSED' })
    expect(net.sent).toHaveLength(1)
  })

  it('end:handed-out-responses-live — what was answered is left alone by the end', async () => {
    const net = network(() => new Response('body'))
    const { task } = taskOn({ fetch: net.fetch })
    const { response } = await send(task, sending(), 't')
    task.close()
    expect(net.sent[0]?.init.signal?.aborted).toBe(false)
    expect(await response.text()).toBe('body')
  })
})
