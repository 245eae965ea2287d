import { describe, expect, it } from 'vitest'
import { faultOf, stage } from './stage.ts'

describe('bodies that are sent twice', () => {
  const form = () => {
    const data = new FormData()
    data.set('a', '1')
    data.set('file', new Blob(['bytes'], { type: 'text/plain' }), 'f.txt')
    return data
  }

  const bodies: [string, () => RequestInit['body'], RegExp][] = [
    ['a string', () => 'plain text', /^plain text$/],
    ['bytes', () => new TextEncoder().encode('bytes'), /^bytes$/],
    ['an ArrayBuffer', () => new TextEncoder().encode('buffer').buffer, /^buffer$/],
    ['URLSearchParams', () => new URLSearchParams({ a: '1 2' }), /^a=1\+2$/],
    ['a Blob', () => new Blob(['blob']), /^blob$/],
    ['FormData', form, /name="a"[\s\S]*1[\s\S]*name="file"[\s\S]*bytes/],
  ]

  for (const [kind, make, text] of bodies) {
    it(`send:body-replayable — ${kind} arrives whole before and after the challenge`, async () => {
      const world = await stage()
      const response = await world.jit().runTask({}, (task) =>
        task.fetch(`${world.api.url}/v1/documents/d1/summaries`, {
          method: 'POST',
          body: make() ?? null,
        }),
      )
      expect(response.status).toBe(201)
      expect(world.api.seen().map((each) => each.status)).toEqual([403, 201])
      for (const each of world.api.seen()) expect(each.body).toMatch(text)
      expect(world.api.effects()).toHaveLength(1)
    })
  }

  it('send:body-replayable — bytes and headers that are changed after the call are sent as they were, both times', async () => {
    const world = await stage()
    const bytes = new TextEncoder().encode('as it was')
    const headers: Record<string, string> = { 'x-own': 'as it was' }
    const url = `${world.api.url}/v1/documents/d1/summaries`
    const hold = world.faults.hold('request')
    await world.jit().runTask({}, async (task) => {
      const writing = task.fetch(url, { method: 'POST', body: bytes, headers })
      await hold.arrived
      bytes.fill(120)
      headers['x-own'] = 'changed'
      headers.Authorization = 'Bearer mine'
      hold.release()
      expect((await writing).status).toBe(201)
    })
    expect(world.api.seen().map((each) => each.body)).toEqual(['as it was', 'as it was'])
    const sent = world.net.sent.filter((each) => each.url === url)
    expect(sent.map((each) => each.headers.get('x-own'))).toEqual(['as it was', 'as it was'])
    expect(sent.at(-1)?.headers.get('authorization')).not.toContain('mine')
  })

  it('send:body-replayable — a Request up to 1 MiB is read once and sent twice, with its own headers', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/documents/d1/summaries`
    const text = 'x'.repeat(1024 * 1024)
    const response = await world
      .jit()
      .runTask({}, (task) =>
        task.fetch(new Request(url, { method: 'POST', body: text, headers: { 'x-own': 'kept' } })),
      )
    expect(response.status).toBe(201)
    expect(world.api.seen().map((each) => each.body.length)).toEqual([text.length, text.length])
    const toApi = world.net.sent.filter((each) => each.url === url)
    expect(toApi.map((each) => each.headers.get('x-own'))).toEqual(['kept', 'kept'])
  })

  it('send:body-replayable — what cannot be sent twice is refused before the first byte', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/documents/d1/summaries`
    const jit = world.jit()
    const large = new Request(url, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })
    const stream = () => new ReadableStream({ start: (to) => to.close() })
    const attempts: (() => [string | Request, RequestInit?])[] = [
      () => [large],
      () => [url, { method: 'POST', body: stream(), duplex: 'half' } as RequestInit],
    ]
    for (const attempt of attempts) {
      const error = await faultOf(jit.runTask({}, (task) => task.fetch(...attempt())))
      expect(error.code).toBe('BODY_NOT_REPLAYABLE')
    }
    expect(world.api.seen()).toHaveLength(0)
  })
})
