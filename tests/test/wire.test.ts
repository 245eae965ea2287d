import { systemClock } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import {
  challenge,
  done,
  eventually,
  faultOf,
  paused,
  paying,
  reading,
  stage,
  toolCall,
  writing,
} from './stage.ts'

const pay = { method: 'POST', body: '{"invoice":"i1"}' }

/** The journeys that matter once more, over real sockets and LumoAuth's wire. */
describe('over HTTP', () => {
  it('pause:block-mode — a payment waits for the person, is done once, and its token ends with the task', async () => {
    const world = await stage({ http: true })
    await world
      .jit()
      .runTask({ name: 'Pay i1', onBehalfOf: world.human.alice.email }, async (task) => {
        const paid = task.fetch(`${world.api.url}/v1/payments`, {
          ...pay,
          justification: 'invoice is due',
        })
        const [question] = await world.human.waitForPending(1)
        expect(question).toMatchObject({
          taskName: 'Pay i1',
          onBehalfOf: world.human.alice.email,
          details: paying('i1'),
          resource: world.api.audience,
          justifications: ['invoice is due'],
          reuse: 'once',
          risk: 'critical',
        })
        await world.human.approve(question?.requestId ?? '')
        expect((await paid).status).toBe(201)
      })
    expect(world.counts()).toMatchObject({ tasks: 1, requests: 1, redemptions: 1 })
    expect(world.api.effects()).toHaveLength(1)
    await eventually(async () => !(await world.isAlive(world.tokens('jit')[0] ?? '')))
  })

  it('refuse:not-asked-again-in-task — the approver’s words for the agent arrive, the internal ones do not', async () => {
    const world = await stage({ http: true })
    await world.jit().runTask({}, async (task) => {
      const failing = faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))
      const [question] = await world.human.waitForPending(1)
      await world.human.deny(question?.requestId ?? '', {
        message: 'not today',
        reason: 'smells of fraud',
      })
      const error = await failing
      expect(error.refusal).toMatchObject({ code: 'DENIED', message: 'not today' })
      expect(JSON.stringify(error.refusal) + error.message).not.toContain('fraud')
      expect((await faultOf(task.fetch(`${world.api.url}/v1/vault/v1`))).code).toBe('DENIED')
    })
    expect(world.counts().requests).toBe(1)
  })

  it('ask:granted-compared-when-stated — what the approver narrowed is seen as narrowed', async () => {
    const world = await stage({ http: true })
    const wide = [{ type: 'user_data', actions: ['read', 'export'], identifier: 'u1' }] as const
    const narrow = [{ type: 'user_data', actions: ['read'], identifier: 'u1' }] as const
    world.api.script('/v1/wide', () => challenge(wide))
    await world.jit().runTask({}, async (task) => {
      const failing = faultOf(task.fetch(`${world.api.url}/v1/wide`))
      const [question] = await world.human.waitForPending(1)
      await world.human.approve(question?.requestId ?? '', { details: narrow })
      expect((await failing).refusal).toMatchObject({
        code: 'GRANT_NARROWED',
        granted: { kind: 'details', details: narrow },
      })
    })
    expect(world.api.seen()).toHaveLength(1)
  })

  it('reuse:once-is-once — “for this task” by the person is heard over the wire', async () => {
    const world = await stage({ http: true })
    await world.jit().runTask({}, async (task) => {
      const paid = task.fetch(`${world.api.url}/v1/payments`, pay)
      const [question] = await world.human.waitForPending(1)
      await world.human.approve(question?.requestId ?? '', { reuse: 'task' })
      await paid
      expect((await task.fetch(`${world.api.url}/v1/payments`, pay)).status).toBe(201)
    })
    expect(world.counts()).toMatchObject({ requests: 1, approvals: 1 })
  })

  it('details:never-split — two details are one request and one token', async () => {
    const world = await stage({ http: true })
    const both = [...reading('a'), ...writing('a')] as never
    world.api.script('/v1/both', (request) => {
      const granted = world.claims(request)?.authorization_details
      return Array.isArray(granted) && granted.length === 2 ? new Response('in') : challenge(both)
    })
    const status = await world
      .jit()
      .runTask({}, async (task) => (await task.fetch(`${world.api.url}/v1/both`)).status)
    expect(status).toBe(200)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('revoke:sticks — revoked by a person, then 401: REVOKED, and nobody is asked again', async () => {
    const world = await stage({ http: true })
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/documents/d1`
      await (await task.fetch(url)).arrayBuffer()
      const { jit_request_id } = world.claims(world.tokens('jit')[0] ?? '') as {
        jit_request_id: string
      }
      await world.human.revoke(jit_request_id)
      await eventually(async () => !(await world.isAlive(world.tokens('jit')[0] ?? '')))
      expect((await faultOf(task.fetch(url))).code).toBe('REVOKED')
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('renew:by-the-table — a task that ended elsewhere: TASK_ENDED', async () => {
    const world = await stage({ http: true })
    await world.jit().runTask({}, async (task) => {
      await (await task.fetch(`${world.api.url}/v1/documents/d1`)).arrayBuffer()
      await world.endTask(task.id ?? '')
      expect((await faultOf(task.fetch(`${world.api.url}/v1/documents/d2`))).code).toBe(
        'TASK_ENDED',
      )
    })
  })

  it('base:resource-token — bound to the API by name, though it is reached by another URL', async () => {
    const world = await stage({ http: true })
    await world.jit().runTask({}, async (task) => {
      await (await task.fetch(`${world.api.url}/v1/free`)).arrayBuffer()
    })
    expect(world.api.url).not.toBe(world.api.audience)
    expect(world.api.seen()[0]?.credential).toBe('base')
    expect(world.claims(world.tokens('resource')[0] ?? '')).toMatchObject({
      aud: world.api.audience,
    })
  })

  it('send:never-to-the-authority — its URL is refused by lumoAuth, too', async () => {
    const world = await stage({ http: true })
    const jit = world.jit({ resources: [world.authority.url, ...world.resources] })
    await jit.runTask({}, async (task) => {
      await faultOf(task.fetch(`${world.issuer}/jit/request`, { method: 'POST', body: '{}' }))
    })
    expect(world.counts().requests).toBe(0)
  })

  it('flight:abort-is-own — one of three that share a long poll leaves; the other two hear the answer', async () => {
    const world = await stage({ http: true })
    await world.jit().runTask({}, async (task) => {
      const url = `${world.api.url}/v1/vault/v1`
      const stop = new AbortController()
      const leader = task.fetch(url, { signal: stop.signal }).catch(() => 'left')
      const [question] = await world.human.waitForPending(1)
      const others = [task.fetch(url), task.fetch(url)]
      await eventually(() => world.api.seen().filter((each) => each.status === 403).length === 3)
      await eventually(() => world.faults.calls('status').length > 0)
      stop.abort()
      expect(await leader).toBe('left')
      await world.human.approve(question?.requestId ?? '')
      expect((await Promise.all(others)).map((each) => each.status)).toEqual([200, 200])
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('flight:abort-is-own — leaving a long poll closes it, and the question is still the same one', async () => {
    const world = await stage({ http: true })
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const stop = new AbortController()
      const waiting = task
        .fetch(`${world.api.url}/v1/vault/v1`, { signal: stop.signal })
        .catch(() => 'left')
      const [question] = await world.human.waitForPending(1)
      await eventually(() => world.faults.calls('status').length > 0)
      stop.abort()
      expect(await waiting).toBe('left')
      await eventually(() => world.faults.busy === 0)
      const again = task.fetch(`${world.api.url}/v1/vault/v1`)
      await world.human.approve(question?.requestId ?? '')
      expect((await again).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('pause:second-run-asks-nobody — another engine over another connection goes on with the approved call', async () => {
    const world = await stage({ http: true })
    const first = world.jit()
    const task = await first.openTask({})
    const execute = async ({ fetch }: { fetch: typeof task.fetch }) =>
      (await fetch(`${world.api.url}/v1/payments`, pay)).status
    const approval = paused(await first.callTool(toolCall(task), execute))
    const handle = await task.suspend()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const second = world.jit()
    const resumed = await second.resumeTask(handle, {})
    expect(done(await second.callTool(toolCall(resumed, { resumeFrom: approval }), execute))).toBe(
      201,
    )
    expect(world.counts()).toMatchObject({ tasks: 1, requests: 1, redemptions: 1 })
    await resumed.complete()
  })

  for (const minutes of [-10, 10])
    it(`expire:skew — a clock ${Math.abs(minutes)} minutes ${minutes < 0 ? 'behind' : 'ahead'} ends neither the wait nor the grant`, async () => {
      const world = await stage({ http: true, authority: { limits: { pendingMs: 300_000 } } })
      const clock = { ...systemClock, now: () => Date.now() + minutes * 60_000 }
      const jit = world.jit({ authority: world.lumo({ clock }), clock })
      await jit.runTask({}, async (task) => {
        const reading = task.fetch(`${world.api.url}/v1/vault/v1`)
        const [question] = await world.human.waitForPending(1)
        await world.human.approve(question?.requestId ?? '')
        expect((await reading).status).toBe(200)
        expect((await task.fetch(`${world.api.url}/v1/vault/v1`)).status).toBe(200)
      })
      expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
      expect(world.api.seen().map((each) => each.credential)).toEqual(['base', 'grant', 'grant'])
    })

  it('send:no-blind-resend — a connection really cut in the middle of a POST: EFFECT_UNKNOWN, one arrival', async () => {
    const world = await stage({ http: true })
    world.api.script('/v1/cut', () => {
      throw new Error('cut the connection')
    })
    await world.jit().runTask({}, async (task) => {
      const error = await faultOf(
        task.fetch(`${world.api.url}/v1/cut`, { method: 'POST', body: 'x' }),
      )
      expect(error.code).toBe('EFFECT_UNKNOWN')
      expect(error.cause).toBeInstanceOf(TypeError)
    })
    expect(world.api.seen()).toHaveLength(1)
  })
})
