import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import { challenge, deferred, eventually, faultOf, reading, stage } from './stage.ts'

const unauthorized = () =>
  new Response('expired', {
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })

/** Ruling 6, row by row. */
describe('what an answer means, by what it was asked with', () => {
  it('renew:by-the-table — 401 on the base token: refreshed once, sent again', async () => {
    const world = await stage()
    let refusals = 1
    world.api.script('/v1/free', () => (refusals-- > 0 ? unauthorized() : new Response('in')))
    await world.jit().runTask({}, async (task) => {
      expect((await task.fetch(`${world.api.url}/v1/free`)).status).toBe(200)
    })
    const [first, second] = world.api.seen()
    expect(world.api.seen()).toHaveLength(2)
    expect(second?.jti).not.toBe(first?.jti)
    expect(world.faults.calls('baseToken').map((args) => args[3]?.fresh ?? false)).toEqual([
      false,
      true,
    ])
  })

  it('renew:by-the-table — a second 401 on base goes back as it came', async () => {
    const world = await stage()
    world.api.script('/v1/free', () => unauthorized())
    await world.jit().runTask({}, async (task) => {
      const response = await task.fetch(`${world.api.url}/v1/free`)
      expect([response.status, await response.text()]).toEqual([401, 'expired'])
    })
    expect(world.api.seen()).toHaveLength(2)
    expect(world.counts().requests).toBe(0)
  })

  it('renew:by-the-table — a fresh base token that meets a challenge goes on to the grant', async () => {
    const world = await stage()
    let refusals = 1
    const real = world.api
    real.script('/v1/late', (request) => {
      if (refusals-- > 0) return unauthorized()
      return world.claims(request)?.jit === true ? new Response('in') : challenge(reading('d1'))
    })
    const response = await world.jit().runTask({}, (task) => task.fetch(`${real.url}/v1/late`))
    expect(response.status).toBe(200)
    expect(real.seen()).toHaveLength(3)
  })

  it('renew:by-the-table — a 401 that carries a challenge escalates, whatever it was sent with', async () => {
    const world = await stage({ dialect: 'rar-401' })
    await world.jit().runTask({}, async (task) => {
      expect((await task.fetch(`${world.api.url}/v1/documents/d1`)).status).toBe(200)
    })
    expect(world.api.seen().map((each) => each.status)).toEqual([401, 200])
    expect(world.faults.calls('baseToken')).toHaveLength(1)
  })

  it('renew:by-the-table — the challenge is found in the second WWW-Authenticate header as well', async () => {
    const world = await stage()
    world.api.script('/v1/two', (request) => {
      if (world.claims(request)?.jit === true) return new Response('in')
      const answer = challenge(reading('d1'), 'rar-401')
      const headers = new Headers({ 'www-authenticate': 'Basic realm="a, b"' })
      headers.append('www-authenticate', answer.headers.get('www-authenticate') ?? '')
      return new Response(null, { status: answer.status, headers })
    })
    const response = await world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/two`))
    expect(response.status).toBe(200)
  })

  it('renew:by-the-table — 401 on a grant within 30 s of its end: the same request is redeemed again', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      const { exp } = world.claims(world.tokens('jit')[0] ?? '') as { exp: number }
      await world.clock.advance(exp * 1000 - world.clock.now() - 20_000)
      let refusals = 1
      world.api.script('/v1/documents/d1', () =>
        refusals-- > 0 ? unauthorized() : new Response('in'),
      )
      expect((await task.fetch(url)).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 2 })
  })

  it('renew:by-the-table — if its redeem window is over, one new request', async () => {
    const world = await stage({ authority: { limits: { redeemMs: 60_000 } } })
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      const { exp } = world.claims(world.tokens('jit')[0] ?? '') as { exp: number }
      await world.clock.advance(exp * 1000 - world.clock.now() - 20_000)
      let refusals = 1
      world.api.script('/v1/documents/d1', () =>
        refusals-- > 0 ? unauthorized() : new Response('in'),
      )
      expect((await task.fetch(url)).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 2, redemptions: 2 })
  })

  it('renew:by-the-table — 401 on a grant far from its end that is still granted: redeemed again, sent once', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      const before = world.api.seen().length
      let refusals = 1
      world.api.script('/v1/documents/d1', () =>
        refusals-- > 0 ? unauthorized() : new Response('in'),
      )
      expect((await task.fetch(url)).status).toBe(200)
      expect(world.api.seen().length - before).toBe(2)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 2 })
  })

  it('renew:by-the-table — still granted, redeemed again, and 401 again: no loop, no new request', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      const before = world.api.seen().length
      world.api.script('/v1/documents/d1', () => unauthorized())
      await task.fetch(url).catch(() => {})
      expect(world.api.seen().length - before).toBeLessThanOrEqual(3)
    })
    expect(world.counts().requests).toBe(1)
  })

  it('renew:by-the-table — 401 on a grant that was revoked: REVOKED, and never a new request', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      const { jit_request_id } = world.claims(world.tokens('jit')[0] ?? '') as {
        jit_request_id: string
      }
      await world.human.revoke(jit_request_id)
      await eventually(async () => !(await world.isAlive(world.tokens('jit')[0] ?? '')))
      const error = await faultOf(task.fetch(url))
      expect(error.code).toBe('REVOKED')
      expect(error.refusal?.retryable).toBe(false)
    })
    expect(world.faults.calls('request')).toHaveLength(1)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('renew:by-the-table — 401 on a grant whose task ended elsewhere: TASK_ENDED, and never a new request', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      await world.endTask(task.id ?? '')
      await eventually(async () => !(await world.isAlive(world.tokens('jit')[0] ?? '')))
      expect((await faultOf(task.fetch(url))).code).toBe('TASK_ENDED')
    })
    expect(world.faults.calls('request')).toHaveLength(1)
  })

  it('renew:by-the-table — many calls meet the same 401: redeemed once more, not once each', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      const dead = world.claims(world.tokens('jit')[0] ?? '')?.jti
      world.api.script('/v1/documents/d1', (request) =>
        world.claims(request)?.jti === dead ? unauthorized() : new Response('in'),
      )
      const all = await Promise.all(Array.from({ length: 20 }, () => task.fetch(url)))
      expect(all.map((each) => each.status)).toEqual(Array(20).fill(200))
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 2 })
  })

  it('renew:by-the-table — a late 401 on the former token uses the new one and does not kill it', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      const dead = world.claims(world.tokens('jit')[0] ?? '')?.jti
      const late = deferred()
      const arrived = deferred()
      let arrivals = 0
      world.api.script('/v1/documents/d1', async (request) => {
        if (world.claims(request)?.jti !== dead) return new Response('in')
        arrivals++
        if (arrivals === 2) arrived.resolve()
        if (arrivals === 2) await late.promise
        return unauthorized()
      })
      const both = [task.fetch(url), task.fetch(url)]
      await arrived.promise
      await Promise.race(both)
      late.resolve()
      expect((await Promise.all(both)).map((each) => each.status)).toEqual([200, 200])
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 2 })
  })

  it('renew:by-the-table — a grant sent ahead that meets another challenge is no end: the new details are asked for', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      world.api.script('/v1/documents/d1', (request) =>
        JSON.stringify(world.claims(request)?.authorization_details ?? '').includes('d1-v2')
          ? new Response('in')
          : challenge(reading('d1-v2')),
      )
      expect((await task.fetch(url)).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 2, redemptions: 2 })
  })

  it('renew:by-the-table — a 403 without a challenge goes back untouched, also on a grant', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      world.api.script('/v1/documents/d1', () => new Response('mine', { status: 403 }))
      const response = await task.fetch(url)
      expect([response.status, await response.text()]).toEqual([403, 'mine'])
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('renew:by-the-table — an unsafe call is renewed too: a 401 says that nothing was done', async () => {
    const world = await stage()
    const authority = scriptedAuthority({ now: () => world.clock.now() })
    let refusals = 1
    world.api.script('/v1/pay', (request) => {
      if (!request.headers.get('authorization')?.includes('grant')) return challenge(reading('d1'))
      return refusals-- > 0 ? unauthorized() : new Response('paid')
    })
    const response = await world
      .jit({ authority })
      .runTask({}, (task) => task.fetch(`${world.api.url}/v1/pay`, { method: 'POST', body: 'x' }))
    expect(response.status).toBe(200)
    expect(authority.requests).toHaveLength(1)
    expect(authority.redeemed).toHaveLength(2)
    expect(world.api.seen()).toHaveLength(3)
  })
})
