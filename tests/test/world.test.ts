import { describe, expect, it } from 'vitest'
import { eventually, paying, reading, stage } from './stage.ts'

/** The world the other tests stand in: what it claims of itself is true. */
describe('the pretend world', () => {
  const tokenFor = async (world: Awaited<ReturnType<typeof stage>>, details = reading('d1')) => {
    const port = world.authority.asAuthority({ agentId: 'agt_research-bot' })
    const task = await port.openTask({})
    const request = {
      permission: { kind: 'details', details },
      resource: world.resources[0],
      reuse: 'task',
      justification: 'j',
      ttlSeconds: 600,
      idempotencyKey: 'k',
    } as const
    const asked = await port.request(task, request)
    const ref = asked.ref ?? { taskId: task.id, requestId: '' }
    if (asked.status === 'pending') await world.human.approve(ref.requestId)
    const grant = await port.redeem(ref, request)
    if (!('token' in grant)) throw new Error(grant.status)
    return { port, task, grant, token: grant.token.reveal() }
  }
  const get = (world: Awaited<ReturnType<typeof stage>>, path: string, token?: string) =>
    (world.net.fetch as typeof fetch)(`${world.api.url}${path}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })

  it('send:no-blind-resend — the API counts an effect when it was done, and every arrival', async () => {
    const world = await stage()
    const { token, port, task } = await tokenFor(world, paying('i1'))
    expect((await get(world, '/v1/payments')).status).toBe(404)
    expect((await get(world, '/v1/documents/d1')).status).toBe(401)
    expect((await get(world, '/v1/documents/d1', token)).status).toBe(403)
    const body = JSON.stringify({ invoice: 'i1' })
    const paid = await world.net.fetch(`${world.api.url}/v1/payments`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'k1' },
    })
    expect(paid.status).toBe(201)
    expect(world.api.effects()).toEqual([
      {
        method: 'POST',
        path: '/v1/payments',
        body,
        idempotencyKey: 'k1',
        jti: world.claims(token)?.jti,
      },
    ])
    expect(world.api.seen().map((each) => [each.credential, each.status])).toEqual([
      ['none', 404],
      ['none', 401],
      ['grant', 403],
      ['grant', 201],
    ])
    await port.completeTask(task, [])
  })

  for (const http of [false, true])
    it(`end:revokes-all — ${http ? 'over HTTP' : 'in process'}, alive() knows living tokens from dead ones`, async () => {
      const world = await stage({ http })
      const { token, port, task } = await tokenFor(world)
      expect(await world.isAlive(token)).toBe(true)
      expect(await world.alive()).toEqual([token])
      await port.completeTask(task, [])
      await eventually(async () => (await world.alive()).length === 0)
      expect(world.tokens('jit')).toEqual([token])
    })

  it('expire:skew — the clock moves sleepers in order and nothing by itself', async () => {
    const world = await stage()
    const woken: string[] = []
    const nap = async (name: string, ms: number) => {
      await world.clock.sleep(ms)
      woken.push(`${name} ${world.clock.now() - began}`)
      if (name === 'b') await nap('b2', 10)
    }
    const began = world.clock.now()
    const naps = [nap('c', 300), nap('a', 100), nap('b', 200)]
    await world.clock.advance(150)
    expect([woken, world.clock.now() - began]).toEqual([['a 100'], 150])
    await world.clock.until(Promise.all(naps))
    expect(woken).toEqual(['a 100', 'b 200', 'b2 210', 'c 300'])
    const stop = new AbortController()
    const cut = world.clock.sleep(1000, stop.signal)
    stop.abort(new Error('enough'))
    await expect(cut).rejects.toThrow('enough')
  })
})
