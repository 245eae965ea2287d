import { describe, expect, it } from 'vitest'
import { type Replayable, replayable, replayableRequest } from '../src/body.ts'

const textOf = (body: Replayable) => new Response(body.body ?? null).text()
const unreplayable = { code: 'BODY_NOT_REPLAYABLE', fix: expect.stringContaining('FormData') }

describe('send:body-replayable', () => {
  const buffer = () => new TextEncoder().encode('abc')
  const kinds: [name: string, make: () => BodyInit][] = [
    ['a string', () => 'abc'],
    ['URLSearchParams', () => new URLSearchParams('abc')],
    ['an ArrayBuffer', () => buffer().buffer],
    ['a typed array', () => buffer()],
    ['a DataView', () => new DataView(buffer().buffer)],
    ['a part of a buffer', () => new TextEncoder().encode('xabcx').subarray(1, 4)],
    ['a Blob', () => new Blob(['a', 'bc'])],
  ]

  it.each(kinds)(
    'send:body-replayable — %s can be sent twice, and is named by its bytes',
    async (_, make) => {
      const body = replayable(make())
      const sent = [await textOf(body), await textOf(body)]
      expect(sent[0]).toMatch(/^abc=?$/)
      expect(sent[1]).toBe(sent[0])
      const [plain] = [replayable(sent[0])]
      expect(await body.hash()).toBe(await plain.hash())
      expect(await body.hash()).toMatch(/^[\w-]{43}$/)
      expect(await replayable('abd').hash()).not.toBe(await body.hash())
    },
  )

  it('send:body-replayable — no body has the empty name, an empty body has one', async () => {
    for (const none of [undefined, null]) {
      expect(replayable(none).body).toBeUndefined()
      expect(await replayable(none).hash()).toBe('')
    }
    expect(replayable('').body).toBe('')
    expect(await replayable('').hash()).toMatch(/^[\w-]{43}$/)
  })

  it('send:body-replayable — what the caller does with it afterwards changes nothing', async () => {
    const bytes = new TextEncoder().encode('abc')
    const params = new URLSearchParams('a=1')
    const form = new FormData()
    form.append('a', '1')
    const bodies = [
      replayable(bytes),
      replayable(bytes.buffer),
      replayable(params),
      replayable(form),
    ]
    bytes.fill(0)
    params.set('a', '2')
    form.set('a', '2')
    expect(await textOf(bodies[0] as Replayable)).toBe('abc')
    expect(await textOf(bodies[1] as Replayable)).toBe('abc')
    expect(await textOf(bodies[2] as Replayable)).toBe('a=1')
    expect(await textOf(bodies[3] as Replayable)).toContain('\r\n1\r\n')
    const same = new FormData()
    same.append('a', '1')
    expect(await bodies[3]?.hash()).toBe(await replayable(same).hash())
  })

  it('send:body-replayable — a stream is refused, with a way out', () => {
    expect(() => replayable(new ReadableStream())).toThrow(expect.objectContaining(unreplayable))
    const generator = (async function* () {})() as unknown as BodyInit
    expect(() => replayable(generator)).toThrow(expect.objectContaining(unreplayable))
  })
})

describe('a FormData', () => {
  const form = (...entries: [string, string | File][]) => {
    const made = new FormData()
    for (const [name, value] of entries) made.append(name, value)
    return replayable(made).hash()
  }
  const file = (text: string, name = 'f', type = 'text/plain') => new File([text], name, { type })

  it('send:idempotency-key — is named by its entries in their order, not by its random boundary', async () => {
    expect(await form(['a', '1'], ['b', '2'])).toBe(await form(['a', '1'], ['b', '2']))
    expect(await form(['a', '1'], ['b', '2'])).not.toBe(await form(['b', '2'], ['a', '1']))
    expect(await form(['a', '1'], ['a', '2'])).not.toBe(await form(['a', '12']))
    expect(await form(['a', '1b']), 'no separator can collide').not.toBe(await form(['a1', 'b']))
  })

  it('send:idempotency-key — a file counts with its name, type and bytes', async () => {
    const base = await form(['f', file('x')])
    expect(await form(['f', file('x')])).toBe(base)
    expect(await form(['f', file('y')])).not.toBe(base)
    expect(await form(['f', file('x', 'g')])).not.toBe(base)
    expect(await form(['f', file('x', 'f', 'text/html')])).not.toBe(base)
    expect(await form(['f', 'x'])).not.toBe(base)
  })

  it('keeps its files when it is taken', async () => {
    const made = new FormData()
    made.append('f', file('content', 'name.txt'))
    expect(await textOf(replayable(made))).toMatch(
      /filename="name\.txt"[\s\S]*text\/plain[\s\S]*content/,
    )
  })
})

describe('the body of a Request', () => {
  const post = (body: BodyInit) =>
    new Request('https://api.example.com', { method: 'POST', body, duplex: 'half' } as RequestInit)

  it('send:body-replayable — is read once, up to 1 MiB', async () => {
    const body = await replayableRequest(post('x'.repeat(1_048_576)))
    expect((await textOf(body)).length).toBe(1_048_576)
    expect((await textOf(body)).length).toBe(1_048_576)
    await expect(replayableRequest(post('x'.repeat(1_048_577)))).rejects.toMatchObject(unreplayable)
  })

  it('send:body-replayable — a larger one is given up at the limit, its stream cancelled', async () => {
    let pulled = 0
    let cancelled = false
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(65_536))
      },
      cancel() {
        cancelled = true
      },
    })
    await expect(replayableRequest(post(endless))).rejects.toMatchObject(unreplayable)
    expect(cancelled).toBe(true)
    expect(pulled).toBeLessThan(30)
  })

  it('is the same as its bytes, and none is none', async () => {
    expect(await (await replayableRequest(post('abc'))).hash()).toBe(await replayable('abc').hash())
    expect((await replayableRequest(new Request('https://api.example.com'))).body).toBeUndefined()
  })

  it('send:body-replayable — one that was read before is refused, not sent empty', async () => {
    const request = post('abc')
    await request.text()
    await expect(replayableRequest(request)).rejects.toMatchObject({ code: 'BODY_NOT_REPLAYABLE' })
    const locked = post('abc')
    locked.body?.getReader()
    await expect(replayableRequest(locked)).rejects.toMatchObject({ code: 'BODY_NOT_REPLAYABLE' })
  })
})
