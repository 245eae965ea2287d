import { describe, expect, it } from 'vitest'
import { readRefusal } from '../src/read-response.ts'
import { HandClock, turns } from './grounds.ts'

const detail = { type: 'document', actions: ['read'] }
const announced = {
  'WWW-Authenticate': 'Bearer error="insufficient_authorization"',
  'content-type': 'application/json',
}
const hint = JSON.stringify({
  error: 'insufficient_authorization',
  authorization_details: [detail],
})

describe('plain-403:untouched', () => {
  it.each([
    [403, {}],
    [403, { 'content-type': 'application/json' }],
    [401, { 'WWW-Authenticate': 'Bearer' }],
    [401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }],
  ])(
    'plain-403:untouched — a %i with %j is not read: neither body nor copy of it',
    async (status, headers) => {
      let pulled = 0
      const body = new ReadableStream(
        {
          pull(controller) {
            pulled += 1
            controller.enqueue(new TextEncoder().encode(hint))
            controller.close()
          },
        },
        { highWaterMark: 0 },
      )
      const response = new Response(body, { status, headers: headers as HeadersInit })
      const clock = new HandClock()
      const reading = await readRefusal(response, clock)
      expect(reading.kind).not.toBe('challenge')
      expect(response.bodyUsed).toBe(false)
      expect(response.body).toBe(body)
      expect(body.locked).toBe(false)
      expect(pulled).toBe(0)
      expect(clock.sleeping).toBe(0)
      expect(await response.text()).toBe(hint)
    },
  )

  it('plain-403:untouched — where the header says it all, the body stays unread too', async () => {
    const header = btoa(JSON.stringify(detail))
    const response = new Response('prose', {
      status: 403,
      headers: {
        'WWW-Authenticate': `Bearer error="insufficient_authorization", authorization_details="${header}"`,
      },
    })
    const { body } = response
    expect((await readRefusal(response, new HandClock())).kind).toBe('challenge')
    expect(response.body).toBe(body)
    expect(response.bodyUsed).toBe(false)
  })
})

describe('a challenge that only the body holds', () => {
  it('dialect:lumoauth — is read, and the response can be read again, whole', async () => {
    const response = new Response(hint, { status: 403, headers: announced })
    const clock = new HandClock()
    const reading = await readRefusal(response, clock)
    expect(reading).toMatchObject({
      kind: 'challenge',
      challenge: { permission: { kind: 'details', details: [detail] } },
    })
    expect(response.bodyUsed).toBe(false)
    expect(await response.text()).toBe(hint)
    expect(clock.sleeping, 'its deadline is taken back').toBe(0)
  })

  it('is read in pieces that part a character', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...JSON.parse(hint), note: 'ä€😀' }))
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]))
        controller.close()
      },
    })
    const response = new Response(body, { status: 403, headers: announced })
    expect((await readRefusal(response, new HandClock())).kind).toBe('challenge')
    expect(await response.text()).toContain('ä€😀')
  })

  it('challenge:limits — only JSON is looked at', async () => {
    for (const type of ['text/html', 'text/plain', 'application/jsonish', '']) {
      const response = new Response(hint, {
        status: 403,
        headers: { ...announced, 'content-type': type },
      })
      expect((await readRefusal(response, new HandClock())).kind).not.toBe('challenge')
      expect(response.bodyUsed).toBe(false)
    }
    const problem = new Response(hint, {
      status: 403,
      headers: { ...announced, 'content-type': 'application/problem+json; charset=utf-8' },
    })
    expect((await readRefusal(problem, new HandClock())).kind).toBe('challenge')
  })

  it('challenge:limits — past 64 KiB it is no challenge, and no more of it is fetched', async () => {
    let pulled = 0
    const body = new ReadableStream({
      pull(controller) {
        pulled += 1
        controller.enqueue(new TextEncoder().encode(pulled === 1 ? `{"a":"` : 'x'.repeat(16_384)))
      },
    })
    const response = new Response(body, { status: 403, headers: announced })
    expect((await readRefusal(response, new HandClock())).kind).not.toBe('challenge')
    expect(pulled).toBeLessThan(10)
    expect(response.bodyUsed).toBe(false)
    await response.body?.cancel()
  })

  it('challenge:limits — after two seconds it is no challenge, not a moment before', async () => {
    const clock = new HandClock()
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{')),
    })
    const response = new Response(body, { status: 403, headers: announced })
    let read: unknown
    const reading = readRefusal(response, clock).then((value) => {
      read = value
    })
    await turns()
    await clock.advance(1_999)
    expect(read).toBeUndefined()
    await clock.advance(1)
    await reading
    expect(read).not.toMatchObject({ kind: 'challenge' })
    expect(response.bodyUsed).toBe(false)
  })

  it('challenge:limits — a body that breaks, or is none, is no challenge and no throw', async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error('cut')) })
    for (const body of [broken, null, 'no json', '[]', 'null', '{"authorization_details":7}']) {
      const response = new Response(body, { status: 403, headers: announced })
      expect((await readRefusal(response, new HandClock())).kind).not.toBe('challenge')
    }
  })
})
