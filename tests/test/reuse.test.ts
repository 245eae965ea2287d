import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import { challenge, done, paying, reading, refused, stage, toolCall } from './stage.ts'

const pay = (invoice: string) => ({ method: 'POST', body: JSON.stringify({ invoice }) })

describe('once, and for the task', () => {
  it('reuse:once-is-once — an approval for one payment serves its own resend and no other call, not even an equal one', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const first = jit.callTool(toolCall(task, { key: 'a', pending: 'block' }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/payments`, pay('i1')),
      )
      const [asked] = await world.human.waitForPending(1)
      await world.human.approve(asked?.requestId ?? '')
      expect(done(await first).status).toBe(201)
      const second = jit.callTool(toolCall(task, { key: 'b', pending: 'block' }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/payments`, pay('i1')),
      )
      const [again] = await world.human.waitForPending(1)
      expect(again?.requestId).not.toBe(asked?.requestId)
      await world.human.deny(again?.requestId ?? '')
      expect(refused(await second).code).toBe('DENIED')
    })
    expect(world.api.effects()).toHaveLength(1)
  })

  it('reuse:once-is-once — another body or URL of the same call is another question', async () => {
    const world = await stage()
    const need = paying('any')
    world.api.script('/v1/pay', (request) =>
      world.claims(request)?.jit === true ? new Response('paid') : challenge(need),
    )
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const call = jit.callTool(toolCall(task, { pending: 'block' }), async ({ fetch }) => {
        await fetch(`${world.api.url}/v1/pay`, pay('i1'))
        await fetch(`${world.api.url}/v1/pay`, pay('i2'))
        await fetch(`${world.api.url}/v1/pay?x=1`, pay('i1'))
      })
      for (let nth = 0; nth < 3; nth++) {
        const [asked] = await world.human.waitForPending(1)
        await world.human.approve(asked?.requestId ?? '')
      }
      done(await call)
    })
    expect(world.counts()).toMatchObject({ requests: 3, approvals: 3, redemptions: 3 })
  })

  it('reuse:once-is-once — GET, HEAD and OPTIONS ask for the task, everything else for once', async () => {
    const world = await stage()
    world.api.script('/v1/any', (request) =>
      world.claims(request)?.jit === true ? new Response(null) : challenge(reading(request.method)),
    )
    await world.jit().runTask({}, async (task) => {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])
        await task.fetch(`${world.api.url}/v1/any`, { method })
    })
    expect(world.faults.calls('request').map((args) => args[1].reuse)).toEqual([
      'task',
      'task',
      'task',
      'once',
      'once',
      'once',
      'once',
    ])
  })

  it('reuse:once-is-once — the authority’s word wins: once for a GET is not used twice, task for a POST is', async () => {
    const world = await stage()
    for (const [method, word, requests] of [
      ['GET', 'once', 2],
      ['POST', 'task', 1],
    ] as const) {
      const authority = scriptedAuthority({ grant: () => ({ reuse: word }) })
      world.api.script('/v1/word', (request) =>
        request.headers.get('authorization')?.includes('grant')
          ? new Response('in')
          : challenge(reading('d1')),
      )
      await world.jit({ authority }).runTask({}, async (task) => {
        for (const body of ['a', 'b'])
          await task.fetch(`${world.api.url}/v1/word`, {
            method,
            ...(method === 'POST' ? { body } : {}),
          })
      })
      expect(authority.requests, word).toHaveLength(requests)
    }
  })

  it('reuse:once-is-once — an authority that says nothing: granted at once is for the task, granted after waiting is as asked', async () => {
    const world = await stage()
    world.faults.change('redeem', (answer) => {
      if (!('token' in answer)) return answer
      const { reuse: _, ...rest } = answer
      return rest
    })
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1/summaries`
      await task.fetch(url, { method: 'POST', body: 'a' })
      await task.fetch(url, { method: 'POST', body: 'b' })
      expect(world.counts().requests).toBe(1)
      for (const expected of [1, 2]) {
        const paid = task.fetch(`${world.api.url}/v1/payments`, pay('i1'))
        const [asked] = await world.human.waitForPending(1)
        await world.human.approve(asked?.requestId ?? '')
        expect((await paid).status).toBe(201)
        expect(world.counts().approvals).toBe(expected)
      }
      const url2 = `${world.api.url}/v1/vault/v1`
      const read = task.fetch(url2)
      const [asked] = await world.human.waitForPending(1)
      await world.human.approve(asked?.requestId ?? '')
      await read
      expect((await task.fetch(url2)).status).toBe(200)
      expect(world.counts().approvals).toBe(3)
    })
  })

  it('reuse:once-is-once — a once grant is never sent ahead', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      for (const expected of [1, 2]) {
        const paid = task.fetch(`${world.api.url}/v1/payments`, pay('i1'))
        const [asked] = await world.human.waitForPending(1)
        await world.human.approve(asked?.requestId ?? '')
        await paid
        expect(world.counts().approvals).toBe(expected)
      }
    })
    expect(world.api.seen().map((each) => each.credential)).toEqual([
      'base',
      'grant',
      'base',
      'grant',
    ])
  })

  it('reuse:once-is-once — “approve for this task” by the person makes the next equal payment silent', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const paid = task.fetch(`${world.api.url}/v1/payments`, pay('i1'))
      const [asked] = await world.human.waitForPending(1)
      await world.human.approve(asked?.requestId ?? '', { reuse: 'task' })
      await paid
      expect((await task.fetch(`${world.api.url}/v1/payments`, pay('i1'))).status).toBe(201)
    })
    expect(world.counts()).toMatchObject({ requests: 1, approvals: 1 })
  })

  it('reuse:once-is-once — the same payment twice in one tool call is two questions', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const twice = jit.callTool(toolCall(task, { pending: 'block' }), async ({ fetch }) => {
        await fetch(`${world.api.url}/v1/payments`, pay('i1'))
        await fetch(`${world.api.url}/v1/payments`, pay('i1'))
      })
      const [first] = await world.human.waitForPending(1)
      await world.human.approve(first?.requestId ?? '')
      const [second] = await world.human.waitForPending(1)
      expect(second?.requestId).not.toBe(first?.requestId)
      expect(world.api.effects()).toHaveLength(1)
      await world.human.deny(second?.requestId ?? '')
      expect(refused(await twice).code).toBe('DENIED')
    })
    expect(world.api.effects()).toHaveLength(1)
  })

  it('reuse:once-is-once — asked for ahead: the grant goes with the fetch it is given to, and with no second one', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const asking = task.request(paying('i1'), {
        resource: world.api.url,
        justification: 'pay i1',
      })
      const [asked] = await world.human.waitForPending(1)
      expect(asked?.justifications).toEqual(['pay i1'])
      await world.human.approve(asked?.requestId ?? '')
      const grant = await asking
      expect(grant).toMatchObject({
        requestId: asked?.requestId,
        resource: world.api.url,
        reuse: 'once',
      })
      const url = `${world.api.url}/v1/payments`
      expect((await task.fetch(url, { ...pay('i1'), grant })).status).toBe(201)
      expect(world.api.seen().map((each) => each.credential)).toEqual(['grant'])
      const second = task.fetch(url, { ...pay('i1'), grant }).then(
        ({ status }) => status,
        () => 'refused',
      )
      const settled = await Promise.race([second, world.human.waitForPending(1)])
      expect(settled).not.toBe(201)
      for (const { requestId } of await world.human.pending()) await world.human.deny(requestId)
      await second
    })
    expect(world.api.effects()).toHaveLength(1)
  })

  it('reuse:once-is-once — among several covering grants the narrowest is used', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const options = { resource: world.api.url, justification: 'j', reuse: 'task' } as const
      const wide = [{ type: 'file_access', actions: ['read', 'write'], identifier: 'd1' }] as const
      await task.request(wide, options)
      await task.request(reading('d1'), { ...options, again: true })
      await task.fetch(`${world.api.url}/v1/documents/d1`)
    })
    const used = world.api.seen().at(-1)
    const tokens = world
      .tokens()
      .map((each) => world.claims(each))
      .filter((each) => each?.jti === used?.jti)
    if (world.counts().redemptions === 2)
      expect(tokens[0]?.authorization_details).toEqual(reading('d1'))
    else expect(world.counts().requests).toBe(1)
  })

  it('reuse:unsafe-calls-do-not-share-a-human — ten parallel equal payments are ten questions', async () => {
    // Nine denials in one task would otherwise suspend it.
    const world = await stage({ authority: { limits: { denials: 10, riskScore: 1_000 } } })
    const jit = world.jit({ budget: { open: 10 } })
    await jit.runTask({}, async (task) => {
      const calls = Array.from({ length: 10 }, (_, n) =>
        jit.callTool(toolCall(task, { key: `call-${n}`, pending: 'block' }), async ({ fetch }) => {
          const response = await fetch(`${world.api.url}/v1/payments`, pay('i1'))
          return response.status
        }),
      )
      const asked = await world.human.waitForPending(10)
      expect(new Set(asked.map((each) => each.requestId)).size).toBe(10)
      await world.human.approve(asked[0]?.requestId ?? '')
      for (const each of asked.slice(1)) await world.human.deny(each.requestId)
      const outcomes = await Promise.all(calls)
      expect(outcomes.filter((each) => each.kind === 'done')).toHaveLength(1)
      expect(outcomes.filter((each) => each.kind === 'refused')).toHaveLength(9)
    })
    expect(world.api.effects()).toHaveLength(1)
  })

  it('reuse:unsafe-calls-do-not-share-a-human — granted at once, parallel writes share one request and one token', async () => {
    const world = await stage()
    await world.jit().runTask({}, (task) =>
      Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          task.fetch(`${world.api.url}/v1/documents/d1/summaries`, {
            method: 'POST',
            body: `${n}`,
          }),
        ),
      ),
    )
    expect(world.api.effects()).toHaveLength(10)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })
})
