import { describe, expect, it } from 'vitest'
import { done, paused, paying, reading, stage, toolCall } from './stage.ts'

describe('what goes out first', () => {
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
})
