import { describe, expect, it } from 'vitest'
import { challenge, reading, stage } from './stage.ts'

function redirect(status: number, location: string): Response {
  return new Response(null, { status, headers: { location } })
}

describe('redirects', () => {
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
})
