import { type Ask, currentTask } from '@lumojit/core'
import type { PermissionRequest } from '@lumojit/protocol'
import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './scripted-authority.ts'
import {
  challenge,
  done,
  eventually,
  faultOf,
  paying,
  reading,
  refused,
  stage,
  toolCall,
} from './stage.ts'

const pay = (invoice: string) => ({ method: 'POST', body: JSON.stringify({ invoice }) })

describe('reuse', () => {
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
    const world = await stage()
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

describe('policy, comparison, memory', () => {
  it('ask:policy-first — a call that may not ask does not ride on what another was granted or is asking', async () => {
    const world = await stage()
    const asks: Ask[] = []
    const jit = world.jit({
      policy: {
        decide: (ask) => {
          asks.push(ask)
          return ask.toolName === 'forbidden'
            ? { allow: false, reason: 'not this tool' }
            : { allow: true }
        },
      },
    })
    await jit.runTask({ onBehalfOf: world.human.alice.email }, async (task) => {
      const read = (toolName: string, key: string) =>
        jit.callTool(toolCall(task, { toolName, key }), async ({ fetch }) => {
          return (await fetch(`${world.api.url}/v1/documents/d1`)).status
        })
      // In flight together: the hold makes sure that the second finds the first's question open.
      const hold = world.faults.hold('request')
      const first = read('allowed', 'a')
      await hold.arrived
      expect(refused(await read('forbidden', 'b'))).toMatchObject({
        code: 'POLICY_REFUSED',
        retryable: false,
      })
      hold.release()
      expect(done(await first)).toBe(200)
      world.api.script('/v1/other-door', (request) =>
        world.claims(request)?.jit === true ? new Response('in') : challenge(reading('d1')),
      )
      const late = await jit.callTool(
        toolCall(task, { toolName: 'forbidden', key: 'c' }),
        async ({ fetch }) => {
          return (await fetch(`${world.api.url}/v1/other-door`)).status
        },
      )
      expect(refused(late).code).toBe('POLICY_REFUSED')
    })
    expect(world.counts().requests).toBe(1)
    expect(asks[0]).toMatchObject({
      permission: { kind: 'details', details: reading('d1') },
      method: 'GET',
      toolName: 'allowed',
      reuse: 'task',
      subject: world.human.alice.email,
    })
    expect(asks[0]?.url.href).toBe(`${world.api.url}/v1/documents/d1`)
  })

  it('ask:policy-first — it sees how much was asked, may change the reuse, and its failure is a no', async () => {
    const world = await stage()
    const soFar: number[] = []
    const jit = world.jit({
      policy: {
        decide: (ask) => {
          soFar.push(ask.asksSoFar)
          if (ask.url.pathname.endsWith('broken')) throw new Error('policy broke')
          return { allow: true, reuse: 'once' }
        },
      },
    })
    await jit.runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/d1`)
      await task.fetch(`${world.api.url}/v1/documents/d2`)
      const error = await faultOf(task.fetch(`${world.api.url}/v1/documents/broken`))
      expect(error.code).toBe('POLICY_REFUSED')
      expect(JSON.stringify(error.refusal)).not.toContain('policy broke')
    })
    expect(soFar).toEqual([0, 1, 2])
    expect(world.faults.calls('request').map((args) => args[1].reuse)).toEqual(['once', 'once'])
  })

  it('ask:policy-first — a declared permission is asked of the policy as well', async () => {
    const world = await stage()
    const jit = world.jit({ policy: { decide: () => ({ allow: false, reason: 'no' }) } })
    let ran = false
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(
        toolCall(task, { declared: [{ resource: world.api.url, details: reading('d1') }] }),
        async () => {
          ran = true
        },
      )
      expect(refused(outcome).code).toBe('POLICY_REFUSED')
    })
    expect(ran).toBe(false)
    expect(world.counts().requests).toBe(0)
  })

  const asked = [
    { type: 'file_access', actions: ['read'], identifier: 'd1', locations: ['/v1'] },
  ] as const
  const compared: [string, readonly [object], string][] = [
    ['broader', [{ ...asked[0], actions: ['read', 'write'] }], 'GRANT_EXCEEDS'],
    ['unrelated', [{ ...asked[0], identifier: 'd2' }], 'GRANT_EXCEEDS'],
    ['another type', [{ ...asked[0], type: 'payment' }], 'GRANT_EXCEEDS'],
  ]
  for (const [name, granted, code] of compared) {
    it(`ask:granted-compared-when-stated — ${name} than asked: revoked unsent, ${code}`, async () => {
      const world = await stage()
      const authority = scriptedAuthority({
        grant: () => ({ granted: { kind: 'details', details: granted as never } }),
      })
      world.api.script('/v1/x', (request) =>
        request.headers.get('authorization')?.includes('grant')
          ? new Response('in')
          : challenge(asked),
      )
      const error = await faultOf(
        world.jit({ authority }).runTask({}, (task) => task.fetch(`${world.api.url}/v1/x`)),
      )
      expect(error.code).toBe(code)
      expect(authority.revoked).toHaveLength(1)
      expect(world.api.seen()).toHaveLength(1)
    })
  }

  it('ask:granted-compared-when-stated — differing only in members nobody here understands: sent, the guard is the judge', async () => {
    const world = await stage()
    const authority = scriptedAuthority({
      grant: () => ({
        granted: { kind: 'details', details: [{ ...asked[0], account: 'filled in' }] },
      }),
    })
    world.api.script('/v1/x', (request) =>
      request.headers.get('authorization')?.includes('grant')
        ? new Response('in')
        : challenge(asked),
    )
    const response = await world
      .jit({ authority })
      .runTask({}, (task) => task.fetch(`${world.api.url}/v1/x`))
    expect(response.status).toBe(200)
  })

  it('ask:granted-compared-when-stated — not stated: the grant serves equal questions, never by covering', async () => {
    const world = await stage()
    const authority = scriptedAuthority()
    const wide = [{ type: 'file_access', actions: ['read', 'write'], identifier: 'd1' }] as const
    for (const [path, need] of [
      ['/v1/wide', wide],
      ['/v1/narrow', reading('d1')],
      ['/v1/equal', [{ identifier: 'd1', actions: ['write', 'read'], type: 'file_access' }]],
    ] as const)
      world.api.script(path, (request) =>
        request.headers.get('authorization')?.includes('grant')
          ? new Response('in')
          : challenge(need),
      )
    await world.jit({ authority }).runTask({}, async (task) => {
      for (const path of ['/v1/wide', '/v1/narrow', '/v1/equal'])
        expect((await task.fetch(`${world.api.url}${path}`)).status).toBe(200)
    })
    expect(authority.requests).toHaveLength(2)
  })

  it('ask:granted-compared-when-stated — stated and covering: one grant serves the narrower question too', async () => {
    const world = await stage()
    const wide = [{ type: 'file_access', actions: ['read', 'write'], identifier: 'd1' }] as const
    world.api.script('/v1/wide', (request) =>
      world.claims(request)?.jit === true ? new Response('in') : challenge(wide),
    )
    await world.jit().runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/wide`)
      expect((await task.fetch(`${world.api.url}/v1/documents/d1`)).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('ask:granted-compared-when-stated — narrowed by the approver: not sent, GRANT_NARROWED with what was granted, kept for the task', async () => {
    const world = await stage()
    const wide = [{ type: 'user_data', actions: ['read', 'export'], identifier: 'u1' }] as const
    const narrow = [{ type: 'user_data', actions: ['read'], identifier: 'u1' }] as const
    const door = (need: readonly [object]) => (request: Request) => {
      const granted = JSON.stringify(world.claims(request)?.authorization_details ?? null)
      return granted.includes('user_data') ? Response.json({ granted }) : challenge(need as never)
    }
    world.api.script('/v1/wide', door(wide))
    world.api.script('/v1/narrow', door(narrow))
    await world.jit().runTask({}, async (task) => {
      const failing = faultOf(task.fetch(`${world.api.url}/v1/wide`))
      const [question] = await world.human.waitForPending(1)
      await world.human.approve(question?.requestId ?? '', { details: narrow })
      const error = await failing
      expect(error.code).toBe('GRANT_NARROWED')
      expect(error.refusal).toMatchObject({
        retryable: true,
        granted: { kind: 'details', details: narrow },
      })
      expect(world.api.seen().map((each) => each.credential)).toEqual(['base'])
      expect((await task.fetch(`${world.api.url}/v1/narrow`)).status).toBe(200)
    })
    expect(world.counts().requests).toBe(1)
  })

  it('refuse:not-asked-again-in-task — a denial is remembered with the approver’s words; another task may ask', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const first = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      const [question] = await world.human.waitForPending(1)
      await world.human.deny(question?.requestId ?? '', { message: 'not\u0000 today\u202e' })
      const error = await first
      expect(error.refusal).toMatchObject({ code: 'DENIED', retryable: false, risk: 'critical' })
      expect(error.refusal?.message).toMatch(/not.*today/)
      expect(error.refusal?.message).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      const again = await faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      expect(again.code).toBe('DENIED')
    })
    expect(world.counts().requests).toBe(1)
    expect(world.faults.calls('request')).toHaveLength(1)
    const fresh = jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/vault/v1`))
    const [question] = await world.human.waitForPending(1)
    await world.human.approve(question?.requestId ?? '')
    expect((await fresh).status).toBe(200)
  })

  it('refuse:not-asked-again-in-task — for a once question the call counts too: another payment may be asked for', async () => {
    const world = await stage()
    world.api.script('/v1/pay', (request) =>
      world.claims(request)?.jit === true ? new Response('paid') : challenge(paying('any')),
    )
    await world.jit().runTask({}, async (task) => {
      const first = faultOf(task.fetch(`${world.api.url}/v1/pay`, pay('i1')))
      const [question] = await world.human.waitForPending(1)
      await world.human.deny(question?.requestId ?? '')
      await first
      expect((await faultOf(task.fetch(`${world.api.url}/v1/pay`, pay('i1')))).code).toBe('DENIED')
      expect(world.counts().requests).toBe(1)
      const other = task.fetch(`${world.api.url}/v1/pay`, pay('i2'))
      const [next] = await world.human.waitForPending(1)
      await world.human.approve(next?.requestId ?? '')
      expect((await other).status).toBe(200)
    })
  })

  it('refuse:not-asked-again-in-task — the application may insist with `again`', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const options = { resource: world.api.url, justification: 'please', reuse: 'task' } as const
      const first = faultOf(task.request(paying('i1'), options))
      const [question] = await world.human.waitForPending(1)
      await world.human.deny(question?.requestId ?? '')
      await first
      expect((await faultOf(task.request(paying('i1'), options))).code).toBe('DENIED')
      expect(world.faults.calls('request')).toHaveLength(1)
      await faultOf(task.request(paying('i1'), { ...options, again: true }))
      expect(world.faults.calls('request').length).toBeGreaterThan(1)
    })
  })

  it('refuse:not-asked-again-in-task — a request that expired is no denial: the next call asks anew', async () => {
    const world = await stage({ authority: { limits: { pendingMs: 300_000 } } })
    await world.jit().runTask({}, async (task) => {
      const error = await world.clock.until(faultOf(task.fetch(`${world.api.url}/v1/vault/v1`)))
      expect(error.code).toBe('EXPIRED')
      const second = task.fetch(`${world.api.url}/v1/vault/v1`)
      const [question] = await world.human.waitForPending(1)
      await world.human.approve(question?.requestId ?? '')
      expect((await second).status).toBe(200)
    })
    expect(world.counts().requests).toBe(2)
  })

  it('revoke:sticks — a grant a person revoked is not renewed, and its details stay denied for the task', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/d1`)
      const { jit_request_id } = world.claims(world.tokens('jit')[0] ?? '') as {
        jit_request_id: string
      }
      await world.human.revoke(jit_request_id)
      await eventually(async () => !(await world.isAlive(world.tokens('jit').at(-1) ?? '')))
      const error = await faultOf(task.fetch(`${world.api.url}/v1/documents/d1`))
      expect(error.code).toBe('REVOKED')
      const again = await faultOf(task.fetch(`${world.api.url}/v1/documents/d1`))
      expect(['REVOKED', 'DENIED']).toContain(again.code)
      const other = await task.fetch(`${world.api.url}/v1/documents/d2`)
      expect(other.status).toBe(200)
    })
    expect(world.counts().requests).toBeLessThanOrEqual(3)
    expect(world.tokens('jit')).toHaveLength(2)
  })

  it('revoke:sticks — while the call waits, a revoke ends the wait', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const waiting = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      const [question] = await world.human.waitForPending(1)
      await world.human.revoke(question?.requestId ?? '')
      expect((await waiting).code).toBe('REVOKED')
    })
  })

  it('budget:bounded — the 51st question of a task is BUDGET_SPENT, and nobody is asked', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      for (let n = 0; n < 50; n++) await task.fetch(`${world.api.url}/v1/documents/d${n}`)
      const error = await faultOf(task.fetch(`${world.api.url}/v1/documents/d50`))
      expect(error.code).toBe('BUDGET_SPENT')
      expect((await task.fetch(`${world.api.url}/v1/documents/d0`)).status).toBe(200)
    })
    expect(world.counts().requests).toBe(50)
  })

  it('budget:bounded — at most five open questions; a decided one makes room', async () => {
    const world = await stage()
    const stop = new AbortController()
    await world.jit().runTask({}, async (task) => {
      const open = Array.from({ length: 5 }, (_, n) =>
        task
          .fetch(`${world.api.url}/v1/vault/v${n}`, { signal: stop.signal })
          .catch(() => 'stopped'),
      )
      const asked = await world.human.waitForPending(5)
      const error = await faultOf(task.fetch(`${world.api.url}/v1/vault/v5`))
      expect(error.code).toBe('BUDGET_SPENT')
      expect(world.counts().requests).toBe(5)
      await world.human.approve(asked[0]?.requestId ?? '')
      await Promise.race(open)
      const sixth = task.fetch(`${world.api.url}/v1/vault/v6`)
      const now = await world.human.waitForPending(5)
      await world.human.approve(now.at(-1)?.requestId ?? '')
      expect((await sixth).status).toBe(200)
      stop.abort()
      await Promise.all(open)
    })
  })

  it('budget:bounded — the authority’s own limit is RATE_LIMITED, with the time to come back', async () => {
    const world = await stage({ authority: { limits: { openRequests: 2 } } })
    const jit = world.jit({ budget: { open: 100 } })
    await jit.runTask({}, async (task) => {
      const read = (n: number) =>
        jit.callTool(toolCall(task, { key: `k${n}` }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v${n}`),
        )
      expect([(await read(1)).kind, (await read(2)).kind]).toEqual(['pending', 'pending'])
      expect(refused(await read(3))).toMatchObject({
        code: 'RATE_LIMITED',
        retryable: true,
        retryAfterMs: expect.any(Number),
      })
    })
  })

  it('budget:bounded — a question that expired costs budget all the same', async () => {
    const world = await stage({ authority: { limits: { pendingMs: 60_000 } } })
    await world.jit({ budget: { requests: 1 } }).runTask({}, async (task) => {
      const expired = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      expect((await world.clock.until(expired)).code).toBe('EXPIRED')
      expect((await faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))).code).toBe('BUDGET_SPENT')
    })
  })

  it('budget:bounded — paused calls hold their place among the open questions', async () => {
    const world = await stage()
    const jit = world.jit({ budget: { open: 2 } })
    await jit.runTask({}, async (task) => {
      const read = (n: number) =>
        jit.callTool(toolCall(task, { key: `k${n}` }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v${n}`),
        )
      const [one, two, three] = [await read(1), await read(2), await read(3)]
      expect([one.kind, two.kind]).toEqual(['pending', 'pending'])
      expect(refused(three).code).toBe('BUDGET_SPENT')
    })
    expect(world.counts().requests).toBe(2)
  })

  it('budget:bounded — parallel questions cannot slip past the limit together', async () => {
    const world = await stage()
    await world.jit({ budget: { requests: 3, open: 100 } }).runTask({}, async (task) => {
      const all = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => task.fetch(`${world.api.url}/v1/documents/d${n}`)),
      )
      expect(all.filter((each) => each.status === 'fulfilled')).toHaveLength(3)
    })
    expect(world.counts().requests).toBe(3)
  })

  it('budget:bounded — justification and task name are cut to 480 characters before they reach a person', async () => {
    const world = await stage()
    await world.jit().runTask({ name: 'n'.repeat(1000) }, async (task) => {
      await task.fetch(`${world.api.url}/v1/documents/d1`, { justification: 'j'.repeat(1000) })
    })
    const request = world.faults.calls('request')[0]?.[1] as PermissionRequest
    expect(request.justification.length).toBeLessThanOrEqual(480)
    expect(world.faults.calls('openTask')[0]?.[0].name?.length).toBeLessThanOrEqual(480)
  })
})

describe('time and walls', () => {
  it('expire:skew — a grant is not sent in its last seconds: the life the authority names, less the skew, is the life', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await task.fetch(url)
      const life = world.claims(world.tokens('jit')[0] ?? '') as { exp: number }
      await world.clock.advance(life.exp * 1000 - world.clock.now() - 1_000)
      expect((await task.fetch(url)).status).toBe(200)
      expect(world.tokens('jit')).toHaveLength(2)
      const used = world.api.seen().at(-1)
      expect(used?.jti).toBe(world.claims(world.tokens('jit')[1] ?? '')?.jti)
      expect(world.api.seen().filter((each) => each.status === 401)).toEqual([])
    })
    expect(world.counts().requests).toBe(1)
  })

  it('isolation:two-tasks-never-share — not the grant, not the flight, not the denial', async () => {
    const world = await stage()
    const jit = world.jit()
    const one = await jit.openTask({ name: 'one' })
    const two = await jit.openTask({ name: 'two' })
    const url = `${world.api.url}/v1/documents/d1`
    await Promise.all([one.fetch(url), two.fetch(url)])
    expect(world.counts()).toMatchObject({ requests: 2, redemptions: 2 })
    const tasksOf = world.tokens('jit').map((each) => world.claims(each)?.task_id)
    expect(new Set(tasksOf)).toEqual(new Set([one.id, two.id]))
    const denied = faultOf(one.fetch(`${world.api.url}/v1/vault/v1`))
    const [question] = await world.human.waitForPending(1)
    await world.human.deny(question?.requestId ?? '')
    await denied
    const allowed = two.fetch(`${world.api.url}/v1/vault/v1`)
    const [again] = await world.human.waitForPending(1)
    await world.human.approve(again?.requestId ?? '')
    expect((await allowed).status).toBe(200)
    await one.complete()
    expect((await two.fetch(url)).status).toBe(200)
    await two.complete()
  })

  it('isolation:two-tasks-never-share — the same run key is one task in this process, another key another', async () => {
    const world = await stage()
    const jit = world.jit()
    const options = () => ({ name: 'run' })
    expect(jit.task({ key: 'a', options })).toBe(jit.task({ key: 'a', options }))
    expect(jit.task({ key: 'a', options })).not.toBe(jit.task({ key: 'b', options }))
  })

  it('isolation:two-tasks-never-share — currentTask is the call around, also with many at once, and nothing outside', async () => {
    const world = await stage()
    const jit = world.jit()
    expect(currentTask()).toBeUndefined()
    const one = await jit.openTask({})
    const two = await jit.openTask({})
    const seen = await Promise.all(
      [one, two, one, two].map(async (task, at) =>
        done(
          await jit.callTool(toolCall(task, { key: `k${at}` }), async ({ fetch }) => {
            await fetch(`${world.api.url}/v1/documents/d${at}`)
            return currentTask()?.taskId
          }),
        ),
      ),
    )
    expect(seen).toEqual([one.id, two.id, one.id, two.id])
    expect(currentTask()).toBeUndefined()
    await one.complete()
    await two.complete()
  })

  it('isolation:two-users-never-share — equal call keys of two users share neither request nor idempotency key', async () => {
    const world = await stage()
    const jit = world.jit()
    const run = (onBehalfOf: string) =>
      jit.runTask({ onBehalfOf }, async (task) => {
        done(
          await jit.callTool(toolCall(task, { key: 'thread-1/call-1' }), ({ fetch }) =>
            fetch(`${world.api.url}/v1/documents/d1/summaries`, { method: 'POST', body: 'same' }),
          ),
        )
      })
    await run(world.human.alice.email)
    await run(world.human.bob.email)
    const keys = world.api.effects().map((each) => each.idempotencyKey)
    expect(new Set(keys).size).toBe(2)
    expect(new Set(world.faults.calls('request').map((args) => args[1].idempotencyKey)).size).toBe(
      2,
    )
    expect(world.counts()).toMatchObject({ tasks: 2, requests: 2 })
  })

  it('flight:abort-is-own — one of many that wait leaves; the others go on and get the grant', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const leaders = [new AbortController(), new AbortController(), new AbortController()]
      const waits = leaders.map(({ signal }) =>
        task.fetch(`${world.api.url}/v1/vault/v1`, { signal }).then(
          (response) => response.status,
          (error: Error) => error.message,
        ),
      )
      const [question] = await world.human.waitForPending(1)
      await eventually(() => world.faults.calls('status').length > 0)
      leaders[0]?.abort(new Error('first leaves'))
      expect(await waits[0]).toBe('first leaves')
      await world.human.approve(question?.requestId ?? '')
      expect(await Promise.all(waits)).toEqual(['first leaves', 200, 200])
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('flight:abort-is-own — when the last waiter leaves, polling stops, and the open question is found again, not asked again', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const stop = new AbortController()
      const wait = task
        .fetch(`${world.api.url}/v1/vault/v1`, { signal: stop.signal })
        .catch(() => 'left')
      const [question] = await world.human.waitForPending(1)
      await eventually(() => world.faults.calls('status').length > 0)
      stop.abort()
      expect(await wait).toBe('left')
      await eventually(() => world.faults.busy === 0)
      const looks = world.faults.calls('status').length
      await world.clock.advance(120_000)
      expect(world.faults.calls('status')).toHaveLength(looks)
      const second = task.fetch(`${world.api.url}/v1/vault/v1`)
      await eventually(() => world.faults.calls('status').length > looks)
      await world.human.approve(question?.requestId ?? '')
      expect((await second).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('flight:abort-is-own — an authority that ignores the wait is asked at intervals, not in a hot loop', async () => {
    const world = await stage()
    world.faults.ignoreWait()
    const began = world.clock.now()
    const error = await world.clock.until(
      faultOf(world.jit().runTask({}, (task) => task.fetch(`${world.api.url}/v1/vault/v1`))),
    )
    expect(error.code).toBe('EXPIRED')
    const minutes = (world.clock.now() - began) / 60_000
    expect(minutes).toBeGreaterThan(50)
    // One a second at first, growing to one in five: an hour is about 720 looks, a hot loop millions.
    expect(world.faults.calls('status').length).toBeLessThan(2_000)
    expect(world.faults.calls('status').length).toBeGreaterThan(200)
    for (const [, io] of world.faults.calls('status'))
      expect(io?.waitMs ?? 0).toBeLessThanOrEqual(25_000)
  })
})
