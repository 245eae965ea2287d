import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import {
  challenge,
  collect,
  deferred,
  done,
  faultOf,
  paused,
  paying,
  reading,
  refused,
  stage,
  toolCall,
  writing,
} from './stage.ts'

describe('sending', () => {
  it('send:at-most-three — a resource that always wants something else gets three credentials and no fourth', async () => {
    const world = await stage()
    let wants = 0
    world.api.script('/v1/never', () => challenge(reading(`n${wants++}`)))
    const error = await faultOf(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/never`)),
    )
    expect(error.code).toBe('STILL_INSUFFICIENT')
    expect(error.response?.status).toBe(403)
    expect(world.api.seen()).toHaveLength(3)
    expect(new Set(world.api.seen().map((each) => each.jti)).size).toBe(3)
    expect(world.counts().requests).toBeLessThanOrEqual(2)
  })

  it('send:at-most-three — the same details after the grant for them end at once: STILL_INSUFFICIENT', async () => {
    const world = await stage()
    world.api.script('/v1/same', () =>
      challenge([{ actions: ['read'], type: 'file_access', identifier: 'd1' }]),
    )
    const error = await faultOf(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/same`)),
    )
    expect(error.code).toBe('STILL_INSUFFICIENT')
    expect(world.api.seen()).toHaveLength(2)
    expect(world.counts().requests).toBe(1)
  })

  it('send:at-most-three — the same reference after the grant for it ends at once, whatever the details say', async () => {
    const world = await stage({ dialect: 'rar-401' })
    let wants = 0
    world.api.script('/v1/same', () => challenge(reading(`n${wants++}`), 'rar-401', 'ref-1'))
    const error = await faultOf(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/same`)),
    )
    expect(error.code).toBe('STILL_INSUFFICIENT')
    expect(world.counts().requests).toBe(1)
  })

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

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    it(`send:no-blind-resend — a ${method} whose connection broke is not sent again, and the error says it may have happened`, async () => {
      const world = await stage()
      const cut = new TypeError('socket hang up')
      world.api.script('/v1/cut', () => {
        throw cut
      })
      const error = await faultOf(
        world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/cut`, { method })),
      )
      expect(error.code).toBe('EFFECT_UNKNOWN')
      expect(error.cause).toBe(cut)
      expect(world.api.seen()).toHaveLength(1)
    })
  }

  it('send:no-blind-resend — also when it broke after the grant: one try with the grant, no more', async () => {
    const world = await stage()
    world.api.script('/v1/cut', (request) => {
      if (world.claims(request)?.jit !== true) return challenge(writing('d1'))
      throw new TypeError('socket hang up')
    })
    const error = await faultOf(
      world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/cut`, { method: 'POST' })),
    )
    expect(error.code).toBe('EFFECT_UNKNOWN')
    expect(world.api.seen().map((each) => each.credential)).toEqual(['base', 'grant'])
  })

  it('send:no-blind-resend — a broken GET fails as fetch fails: nothing is claimed about effects', async () => {
    const world = await stage()
    const cut = new TypeError('socket hang up')
    world.api.script('/v1/cut', () => {
      throw cut
    })
    const error = await world
      .jit()
      .runTask({}, (task) => task.fetch(`${world.api.url}/v1/cut`))
      .catch((error: unknown) => error)
    expect(error).toBe(cut)
  })

  it('send:redirects-never-carry-a-token-elsewhere — followed as fetch would, without token, key or body', async () => {
    const world = await stage()
    const arrived: { headers: Headers; body: string; method: string }[] = []
    world.net.host('https://elsewhere.example', async (request) => {
      arrived.push({ headers: request.headers, body: await request.text(), method: request.method })
      return new Response('elsewhere', { status: 200 })
    })
    const jit = world.jit()
    for (const status of [301, 302, 303, 307, 308]) {
      world.api.script('/v1/away', () => redirect(status, 'https://elsewhere.example/x'))
      const answer = await jit.runTask({}, async (task) =>
        (
          await task.fetch(`${world.api.url}/v1/away`, { method: 'POST', body: 'secret body' })
        ).text(),
      )
      expect(answer, String(status)).toBe('elsewhere')
    }
    expect(arrived).toHaveLength(5)
    for (const { headers, body } of arrived) {
      expect(headers.get('authorization')).toBeNull()
      expect(headers.get('idempotency-key')).toBeNull()
      expect(body).toBe('')
    }
    expect(world.api.seen().every((each) => each.credential === 'base')).toBe(true)
  })

  it('send:redirects-never-carry-a-token-elsewhere — a challenge from elsewhere is never read as one', async () => {
    const world = await stage()
    world.net.host('https://elsewhere.example', () => challenge(reading('d1')))
    world.api.script('/v1/away', () => redirect(302, 'https://elsewhere.example/x'))
    await world.jit().runTask({}, async (task) => {
      const response = await task.fetch(`${world.api.url}/v1/away`)
      expect(response.status).toBe(403)
    })
    expect(world.counts().requests).toBe(0)
  })

  it('send:redirects-never-carry-a-token-elsewhere — also from elsewhere back home: the way round brings no token', async () => {
    const world = await stage()
    world.net.host('https://elsewhere.example', () =>
      redirect(302, `${world.api.url}/v1/documents/d1`),
    )
    world.api.script('/v1/away', () => redirect(302, 'https://elsewhere.example/x'))
    await world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/away`))
    expect(world.api.seen().at(-1)).toMatchObject({ path: '/v1/documents/d1', credential: 'none' })
    expect(world.counts().requests).toBe(0)
  })

  it('send:redirects-never-carry-a-token-elsewhere — a redirect inside the resource carries the token; five at most', async () => {
    const world = await stage()
    const jit = world.jit()
    for (let hop = 1; hop <= 6; hop++)
      world.api.script(`/v1/hop${hop}`, () => redirect(302, `/v1/hop${hop - 1}`))
    world.api.script('/v1/hop0', (request) => Response.json(world.claims(request)))
    await jit.runTask({}, async (task) => {
      const five = await task.fetch(`${world.api.url}/v1/hop5`)
      expect(await five.json()).toMatchObject({ aud: world.api.audience })
      const before = world.api.seen().length
      const six = await task.fetch(`${world.api.url}/v1/hop6`).catch((error: unknown) => error)
      expect(six instanceof Response ? six.status : 'thrown').not.toBe(200)
      expect(world.api.seen().length - before).toBeLessThanOrEqual(6)
    })
  })

  it('send:redirects-never-carry-a-token-elsewhere — outside the listed path is elsewhere, also on the same origin', async () => {
    const world = await stage()
    world.api.script('/v1/inside', () => redirect(302, '/public/x'))
    world.api.script('/public/x', () => new Response('public'))
    const jit = world.jit({
      resources: [{ url: `${world.api.url}/v1`, audience: world.api.audience }],
    })
    const text = await jit.runTask({}, async (task) =>
      (await task.fetch(`${world.api.url}/v1/inside`)).text(),
    )
    expect(text).toBe('public')
    expect(world.api.seen().map((each) => each.credential)).toEqual(['base', 'none'])
  })

  it('send:redirects-never-carry-a-token-elsewhere — another listed resource is elsewhere, too', async () => {
    const world = await stage({ apis: ['beta'] })
    const beta = world.apis.beta
    world.api.script('/v1/over', () => redirect(307, `${beta?.url}/v1/free`))
    await world
      .jit()
      .runTask({}, (task) =>
        task.fetch(`${world.api.url}/v1/over`, { method: 'POST', body: 'secret body' }),
      )
    expect(beta?.seen().map((each) => [each.credential, each.body, each.idempotencyKey])).toEqual([
      ['none', '', undefined],
    ])
    expect(world.counts().requests).toBe(0)
  })

  it('send:redirects-never-carry-a-token-elsewhere — the engine’s own redirect mode is not the caller’s to change', async () => {
    const world = await stage()
    world.net.host('https://elsewhere.example', (request) =>
      Response.json({ authorization: request.headers.get('authorization') }),
    )
    world.api.script('/v1/away', () => redirect(302, 'https://elsewhere.example/x'))
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const manual = await task.fetch(`${world.api.url}/v1/away`, { redirect: 'manual' })
      expect(manual.status).toBe(302)
      await expect(task.fetch(`${world.api.url}/v1/away`, { redirect: 'error' })).rejects.toThrow()
    })
    expect(world.net.sent.some((each) => each.url.startsWith('https://elsewhere'))).toBe(false)
  })

  it('send:only-listed-resources — anything else is ORIGIN_NOT_LISTED before the first byte', async () => {
    const world = await stage()
    const jit = world.jit({
      resources: ['https://api.example/v1', 'http://127.0.0.1:4000', 'https://[::1]:8443'],
      authority: scriptedAuthority(),
    })
    const outside = [
      'https://api.example.evil.com/v1/x',
      'https://evil.com/api.example/v1',
      'https://api.example@evil.com/v1/x',
      'https://user:pass@api.example/v1/x',
      'http://api.example/v1/x',
      'https://api.example:8443/v1/x',
      'https://api.example/v10/x',
      'https://api.example/v1x',
      'https://api.example/v2',
      'https://api.example/v1/../v2',
      'https://api.example/v1/%2e%2e/v2',
      'https://api.example/v1\\..\\v2',
      'http://127.0.0.1.nip.io:4000/x',
      'http://127.0.0.1:4001/x',
      'http://localhost:4000/x',
      'http://127.0.0.1/x',
    ]
    await jit.runTask({}, async (task) => {
      for (const url of outside) {
        const error = await faultOf(task.fetch(url))
        expect(error.code, url).toBe('ORIGIN_NOT_LISTED')
        expect(error.fix, url).toMatch(/list|fetch/i)
      }
    })
    expect(world.net.sent).toEqual([])
  })

  it('send:only-listed-resources — a path that only a decoding server would leave the listed one by is not in it', async () => {
    const world = await stage()
    const jit = world.jit({
      resources: ['https://api.example/v1'],
      authority: scriptedAuthority(),
    })
    await jit.runTask({}, async (task) => {
      for (const url of [
        'https://api.example/v1/%2E%2E%2Fv2',
        'https://api.example/v1/..%2fv2',
        'https://api.example/v1/x/..%2f..%2fv2',
        'https://api.example/v1/..%5cv2',
      ])
        expect((await faultOf(task.fetch(url))).code, url).toBe('ORIGIN_NOT_LISTED')
    })
    expect(world.net.sent).toEqual([])
  })

  it('send:only-listed-resources — a URL object that is changed after the call changes nothing of it', async () => {
    const world = await stage()
    world.net.host('https://evil.example', () => new Response('got it'))
    await world.jit().runTask({}, async (task) => {
      const url = new URL(`${world.api.url}/v1/documents/d1`)
      const hold = world.faults.hold('request')
      const reading = task.fetch(url)
      await hold.arrived
      url.href = 'https://evil.example/v1/documents/d1'
      hold.release()
      expect(await (await reading).json()).toEqual({ text: 'text of d1' })
      const page = new URL(`${world.api.url}/v1/documents/d2?page=1`)
      const first = task.fetch(page)
      page.searchParams.set('page', '2')
      await Promise.all([first, task.fetch(page)])
    })
    expect(world.net.sent.filter((each) => each.url.includes('evil'))).toEqual([])
    const paths = world.api.seen().map((each) => each.path)
    expect(new Set(paths.filter((path) => path.includes('page')))).toEqual(
      new Set(['/v1/documents/d2?page=1', '/v1/documents/d2?page=2']),
    )
  })

  it('send:only-listed-resources — default ports equal, paths are prefixes on segment boundaries', async () => {
    const world = await stage()
    world.net.host('https://api.example', (request) => new Response(request.url))
    const jit = world.jit({
      resources: ['https://api.example:443/v1/'],
      authority: scriptedAuthority(),
    })
    await jit.runTask({}, async (task) => {
      for (const url of [
        'https://api.example/v1',
        'https://api.example/v1/x?y=..%2f',
        'https://API.example:443/v1/a/../b',
      ]) {
        expect((await task.fetch(url)).status, url).toBe(200)
      }
    })
  })

  it('send:only-listed-resources — an entry that is no plain https or loopback URL is refused at the start', async () => {
    const world = await stage()
    const codeOf = (url: string) => {
      try {
        world.jit({ resources: [url] })
        return 'accepted'
      } catch (error) {
        return (error as { code?: unknown }).code
      }
    }
    for (const url of [
      'http://api.example',
      'http://localhost.evil.com',
      'http://127.0.0.1.nip.io',
      'http://10.0.0.1',
      'ftp://api.example',
    ])
      expect(['INSECURE_URL', 'CONFIG_INVALID'], url).toContain(codeOf(url))
    for (const url of [
      'https://user:pass@api.example',
      'https://*.example',
      'https://api.example/?q=1',
      'not a url',
      '',
    ])
      expect(codeOf(url), url).toBe('CONFIG_INVALID')
    for (const url of [
      'http://127.8.9.10:1',
      'http://[::1]:1',
      'http://localhost:1',
      'https://api.example',
    ])
      expect(codeOf(url), url).toBe('accepted')
  })

  it('send:only-listed-resources — a caller’s own Authorization is refused, in any form', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/free`
    await world.jit().runTask({}, async (task) => {
      for (const attempt of [
        () => task.fetch(url, { headers: { AUTHORIZATION: 'Bearer mine' } }),
        () => task.fetch(url, { headers: new Headers({ authorization: 'Bearer mine' }) }),
        () => task.fetch(url, { headers: [['Authorization', 'Bearer mine']] }),
        () => task.fetch(new Request(url, { headers: { authorization: 'Bearer mine' } })),
      ]) {
        expect((await faultOf(attempt())).code).toBe('CALLER_AUTHORIZATION')
      }
    })
    expect(world.api.seen()).toHaveLength(0)
  })

  it('send:never-to-the-authority — its own endpoints are out of reach, listed or not, whatever it would be sent', async () => {
    const world = await stage()
    const origin = new URL(world.issuer).origin
    const jit = world.jit({ resources: [{ url: origin, baseToken: 'shared' }, world.api.url] })
    await jit.runTask({}, async (task) => {
      for (const path of ['/oauth/token', '/jit/request', '/jit/task', '/jit/pending']) {
        const error = await faultOf(task.fetch(`${world.issuer}${path}`, { method: 'POST' }))
        expect(error.code, path).toBe('ORIGIN_NOT_LISTED')
      }
      world.api.script('/v1/in', () => redirect(307, `${world.issuer}/jit/task`))
      await task.fetch(`${world.api.url}/v1/in`, { method: 'POST', body: '{}' })
    })
    const reached = world.net.sent.filter((each) => each.url.startsWith(origin))
    expect(reached.filter((each) => each.headers.has('authorization'))).toEqual([])
    expect(world.counts().tasks).toBeLessThanOrEqual(1)
  })

  it('send:warm-one-round-trip — the second equal GET is one send with the grant, and nobody is asked', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/d1`)
      const before = { sends: world.api.seen().length, counts: { ...world.counts() } }
      expect((await task.fetch(`${world.api.url}/v1/documents/d1`)).status).toBe(200)
      expect(world.api.seen().slice(before.sends)).toMatchObject([
        { credential: 'grant', status: 200 },
      ])
      expect(world.counts()).toEqual(before.counts)
    })
  })

  it('send:warm-one-round-trip — a declared permission is asked for before the tool runs: no refusal is spent', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const declared = [{ resource: world.api.url, details: reading('d1') }]
      const outcome = await jit.callTool(toolCall(task, { declared }), async ({ fetch }) => {
        const own = await fetch(`${world.api.url}/v1/documents/d1`)
        const other = await fetch(`${world.api.url}/v1/documents/d2`)
        return [own.status, other.status]
      })
      expect(done(outcome)).toEqual([200, 200])
    })
    expect(world.api.seen().map((each) => [each.path, each.status])).toEqual([
      ['/v1/documents/d1', 200],
      ['/v1/documents/d2', 403],
      ['/v1/documents/d2', 200],
    ])
    expect(world.counts().requests).toBe(2)
  })

  it('send:warm-one-round-trip — a declared permission that waits pauses before the tool has run at all', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = await jit.openTask({})
    let runs = 0
    const call = toolCall(task, { declared: [{ resource: world.api.url, details: paying('i1') }] })
    const execute = async ({ fetch }: { fetch: typeof task.fetch }) => {
      runs++
      return (
        await fetch(`${world.api.url}/v1/payments`, { method: 'POST', body: '{"invoice":"i1"}' })
      ).status
    }
    const approval = paused(await jit.callTool(call, execute))
    expect(runs).toBe(0)
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    expect(done(await jit.callTool({ ...call, resumeFrom: approval }, execute))).toBe(201)
    expect(runs).toBe(1)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
    expect(world.api.seen()).toHaveLength(1)
    await task.complete()
  })

  it('send:warm-one-round-trip — only the exact method and URL: another query or method starts from base', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/d1`)
      await task.fetch(`${world.api.url}/v1/documents/d1?page=2`)
      await task.fetch(`${world.api.url}/v1/documents/d1`, { method: 'HEAD' })
      await task.fetch(`${world.api.url}/v1/documents/d1#part`)
    })
    expect(world.api.seen().map((each) => each.credential)).toEqual([
      'base',
      'grant',
      'base',
      'grant',
      'base',
      'grant',
      'grant',
    ])
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('send:warm-one-round-trip — a 403 on a grant sent ahead forgets the entry: the next call starts from base', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      world.api.script('/v1/documents/d1', (request) =>
        world.claims(request)?.jit === true
          ? new Response('grants may not', { status: 403 })
          : new Response('base may'),
      )
      await task.fetch(url)
      const next = await task.fetch(url)
      expect(await next.text()).toBe('base may')
    })
  })

  it('send:idempotency-key — POST and PATCH carry one, the resend the same one; nothing else does', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task), async ({ fetch }) => {
        await fetch(`${world.api.url}/v1/documents/d1/summaries`, { method: 'POST', body: 'a' })
        for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'])
          await fetch(`${world.api.url}/v1/free-${method}`, { method })
      })
      done(outcome)
    })
    const keys = (method: string) =>
      world.api
        .seen()
        .filter((each) => each.method === method)
        .map((each) => each.idempotencyKey)
    const [first, again] = keys('POST')
    expect(first).toMatch(/^.{20,}$/)
    expect(again).toBe(first)
    expect(keys('PATCH')).toEqual([expect.stringMatching(/^.{20,}$/)])
    expect([...keys('GET'), ...keys('PUT'), ...keys('DELETE')].filter(Boolean)).toEqual([])
  })

  it('send:idempotency-key — equal on re-execution, different for every other call, order, body, user and target', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/documents/d1/summaries`
    const keysOf = async (
      key: string,
      sends: readonly [string, string][],
      onBehalfOf?: string,
    ): Promise<readonly (string | undefined)[]> => {
      const from = world.api.effects().length
      // An engine each: one engine remembers which calls were done, and does none of them twice.
      const jit = world.jit()
      await jit.runTask(onBehalfOf === undefined ? {} : { onBehalfOf }, async (task) => {
        done(
          await jit.callTool(toolCall(task, { key }), async ({ fetch }) => {
            for (const [to, body] of sends) await fetch(to, { method: 'POST', body })
          }),
        )
      })
      return world.api
        .effects()
        .slice(from)
        .map((each) => each.idempotencyKey)
    }
    const [one, two] = await keysOf('k', [
      [url, 'a'],
      [url, 'a'],
    ])
    const distinct = [
      one,
      two,
      ...(await keysOf('k2', [[url, 'a']])),
      ...(await keysOf('k', [[url, 'b']])),
      ...(await keysOf('k', [[`${url}?x`, 'a']])),
      ...(await keysOf('k', [[url, 'a']], world.human.alice.email)),
      ...(await keysOf('k', [[url, 'a']], world.human.bob.email)),
      ...(await keysOf('a|b', [[url, 'c']])),
      ...(await keysOf('a', [[url, 'b|c']])),
    ]
    expect(new Set(distinct).size).toBe(distinct.length)
    // Another task, the same call: a task may be replaced on resume, the call stays the same.
    expect(
      await keysOf('k', [
        [url, 'a'],
        [url, 'a'],
      ]),
    ).toEqual([one, two])
    expect(await keysOf('k', [[`${url}#part`, 'a']])).toEqual([one])
  })

  it('send:idempotency-key — a FormData body counts by its entries, not by its random boundary', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/documents/d1/summaries`
    const send = (value: string, jit = world.jit()) =>
      jit.runTask({}, async (task) =>
        done(
          await jit.callTool(toolCall(task), ({ fetch }) => {
            const body = new FormData()
            body.set('a', value)
            return fetch(url, { method: 'POST', body })
          }),
        ),
      )
    await send('1')
    await send('1')
    await send('2')
    const [one, two, three] = world.api.effects().map((each) => each.idempotencyKey)
    expect(two).toBe(one)
    expect(three).not.toBe(one)
  })

  it('send:idempotency-key — an API that honours it does a call once, though two engines that share nothing execute it', async () => {
    const world = await stage({ idempotent: true })
    const run = async () => {
      const jit = world.jit()
      const task = await jit.openTask({})
      const outcome = await jit.callTool(toolCall(task), async ({ fetch }) => {
        const url = `${world.api.url}/v1/documents/d1/summaries`
        return (await fetch(url, { method: 'POST', body: 'x' })).status
      })
      await task.complete()
      return done(outcome)
    }
    expect([await run(), await run()]).toEqual([201, 201])
    expect(world.api.effects()).toHaveLength(1)
  })

  it('send:idempotency-key — false sends none, and the caller’s own header wins', async () => {
    const world = await stage()
    const url = `${world.api.url}/v1/documents/d1/summaries`
    await world.jit().runTask({}, async (task) => {
      await task.fetch(url, { method: 'POST', body: 'a', idempotencyKey: false })
      await task.fetch(url, { method: 'POST', body: 'b', headers: { 'Idempotency-Key': 'own' } })
      await task.fetch(url, { method: 'POST', body: 'c', idempotencyKey: 'named' })
    })
    expect(world.api.effects().map((each) => each.idempotencyKey)).toEqual([
      undefined,
      'own',
      'named',
    ])
  })

  it('send:signal — a call that was aborted before it began sends nothing', async () => {
    const world = await stage()
    const reason = new Error('never mind')
    await world.jit().runTask({}, async (task) => {
      const signal = AbortSignal.abort(reason)
      await expect(task.fetch(`${world.api.url}/v1/free`, { signal })).rejects.toBe(reason)
    })
    expect(world.api.seen()).toEqual([])
  })

  it('send:signal — aborting while the resource hangs rejects with the reason, and the request is cut', async () => {
    const world = await stage()
    const stop = new AbortController()
    const arrived = deferred<AbortSignal>()
    world.api.script('/v1/hang', (request) => {
      arrived.resolve(request.signal)
      return new Promise(() => {})
    })
    await world.jit().runTask({}, async (task) => {
      const hanging = task.fetch(`${world.api.url}/v1/hang`, { signal: stop.signal })
      const signal = await arrived.promise
      const reason = new Error('enough')
      stop.abort(reason)
      await expect(hanging).rejects.toBe(reason)
      expect(signal.aborted).toBe(true)
    })
  })

  it('send:signal — aborting while a person decides rejects with the reason; the call’s own signal does it too', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const reason = new Error('enough')
      const stop = new AbortController()
      const waiting = task.fetch(`${world.api.url}/v1/vault/v1`, { signal: stop.signal })
      await world.human.waitForPending(1)
      stop.abort(reason)
      await expect(waiting).rejects.toBe(reason)
      const other = new AbortController()
      const call = jit.callTool(
        toolCall(task, { key: 'other', pending: 'block', signal: other.signal }),
        ({ fetch }) => fetch(`${world.api.url}/v1/vault/v2`),
      )
      await world.human.waitForPending(2)
      other.abort(reason)
      await expect(call).rejects.toBe(reason)
    })
    expect(world.counts().redemptions).toBe(0)
  })

  it('base:resource-token — what a resource sees before a grant is good there and nowhere at the authority', async () => {
    const world = await stage()
    let stolen = ''
    world.api.script('/v1/free', (request) => {
      stolen = request.headers.get('authorization') ?? ''
      return new Response('ok')
    })
    await world.jit().runTask({ name: 'victim' }, async (task) => {
      await task.fetch(`${world.api.url}/v1/free`)
      expect(world.api.seen()[0]?.credential).toBe('base')
      expect(world.claims(stolen)).toMatchObject({ aud: world.api.audience })
      for (const [path, body] of [
        ['/jit/task', '{}'],
        [
          '/jit/request',
          JSON.stringify({ task_id: task.id, authorization_details: reading('d1')[0] }),
        ],
        [`/jit/task/${task.id}/complete`, undefined],
      ] as const) {
        const answer = await world.authority.fetch(
          new Request(`${world.issuer}${path}`, {
            method: 'POST',
            headers: { authorization: stolen, 'content-type': 'application/json' },
            ...(body === undefined ? {} : { body }),
          }),
        )
        expect([401, 403], path).toContain(answer.status)
      }
    })
    expect(world.counts().requests).toBe(0)
  })

  it('base:resource-token — one token per task and resource is fetched once, however many calls start at once', async () => {
    const world = await stage({ apis: ['beta'] })
    await world.jit().runTask({}, async (task) => {
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          task.fetch(`${n % 2 ? world.api.url : world.apis.beta?.url}/v1/free`),
        ),
      )
    })
    expect(world.faults.calls('baseToken')).toHaveLength(2)
    expect(new Set(world.api.seen().map((each) => each.jti)).size).toBe(1)
  })

  it('base:resource-token — a base token that stopped working is replaced once, however many calls find out', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/free`)
      const dead = world.api.seen()[0]?.jti
      world.api.script('/v1/free', (request) =>
        world.claims(request)?.jti === dead
          ? new Response(null, { status: 401 })
          : new Response('in'),
      )
      const all = await Promise.all(
        Array.from(
          { length: 30 },
          async () => (await task.fetch(`${world.api.url}/v1/free`)).status,
        ),
      )
      expect(all).toEqual(Array(30).fill(200))
      expect((await task.fetch(`${world.api.url}/v1/free`)).status).toBe(200)
    })
    expect(world.tokens('resource')).toHaveLength(2)
  })

  it('base:resource-token — none sends nothing ahead, and works with a guard that challenges strangers', async () => {
    const world = await stage({ challengeAnonymous: true })
    const jit = world.jit({
      resources: [{ url: world.api.url, audience: world.api.audience, baseToken: 'none' }],
    })
    const response = await jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/documents/d1`))
    expect(response.status).toBe(200)
    expect(world.api.seen().map((each) => each.credential)).toEqual(['none', 'grant'])
  })

  it('base:resource-token — shared is sent only where it was asked for', async () => {
    const world = await stage({ apis: ['beta'] })
    const [acme, beta] = world.resources
    const jit = world.jit({ resources: [{ ...acme, baseToken: 'shared' }, beta] as never })
    world.api.script('/v1/free', () => new Response('ok'))
    await jit.runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/free`)
      await task.fetch(`${world.apis.beta?.url}/v1/free`)
    })
    expect(world.api.seen()[0]?.credential).toBe('shared')
    expect(world.apis.beta?.seen()[0]?.credential).toBe('base')
  })

  it('base:never-wider-than-subject — with a subject token, every token of the task comes from it; a label changes nothing', async () => {
    const authority = scriptedAuthority()
    const world = await stage()
    const asked: unknown[] = []
    const watched = new Proxy(authority, {
      get: (target, member) => {
        const value: unknown = Reflect.get(target, member)
        if (typeof value !== 'function' || member === 'stateKey') return value
        return (...args: unknown[]) => {
          asked.push([member, args])
          return value.apply(target, args)
        }
      },
    })
    world.api.script('/v1/x', (request) =>
      request.headers.get('authorization')?.includes('grant')
        ? new Response('in')
        : challenge(reading('d1')),
    )
    const subjectToken = async () => 'alice-token'
    await world.jit({ authority: watched }).runTask({ subjectToken }, async (task) => {
      await task.fetch(`${world.api.url}/v1/x`)
    })
    const withSubject = (method: string) =>
      asked
        .filter((each) => (each as [string])[0] === method)
        .map((each) => carries((each as [string, unknown[]])[1], subjectToken))
    for (const method of ['openTask', 'request', 'redeem', 'baseToken', 'completeTask'])
      expect(withSubject(method), method).toEqual([true])
    expect(JSON.stringify(asked)).not.toContain('alice-token')
    asked.length = 0
    await world
      .jit({ authority: watched })
      .runTask({ onBehalfOf: 'alice@acme-corp.com' }, async (task) => {
        await task.fetch(`${world.api.url}/v1/x`)
      })
    expect(withSubject('baseToken')).toEqual([false])
  })

  it('base:never-wider-than-subject — a base token is never shared between a delegated task and the agent’s own', async () => {
    const world = await stage()
    const authority = scriptedAuthority()
    world.api.script('/v1/free', () => new Response('ok'))
    const jit = world.jit({ authority })
    await jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/free`))
    await jit.runTask({ subjectToken: async () => 'alice-token' }, (task) =>
      task.fetch(`${world.api.url}/v1/free`),
    )
    expect(authority.bases).toHaveLength(2)
  })

  it('send:only-listed-resources — a refused call leaves nothing behind: no task is opened for it', async () => {
    const world = await stage()
    const { events, onEvent } = collect()
    const jit = world.jit({ onEvent })
    const task = jit.task({ key: 'lazy', options: () => ({}) })
    expect(task.id).toBeUndefined()
    await faultOf(task.fetch('https://elsewhere.example/'))
    expect(task.id).toBeUndefined()
    expect(events).toEqual([])
    expect(world.counts().tasks).toBe(0)
  })

  it('send:signal — a tool call’s refusal is an outcome, its fault is thrown', async () => {
    const world = await stage()
    const jit = world.jit({ policy: { decide: () => ({ allow: false, reason: 'no' }) } })
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1`),
      )
      expect(refused(outcome).code).toBe('POLICY_REFUSED')
      await faultOf(
        jit.callTool(toolCall(task, { key: 'k2' }), ({ fetch }) =>
          fetch('https://elsewhere.example'),
        ),
      )
    })
  })
})

function redirect(status: number, location: string): Response {
  return new Response(null, { status, headers: { location } })
}

function carries(value: unknown, wanted: unknown): boolean {
  if (value === wanted) return true
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((each) => carries(each, wanted))
  )
}
