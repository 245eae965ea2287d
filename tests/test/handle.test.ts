import type { PendingApproval, Task } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { collect, done, faultOf, paused, stage, toolCall } from './stage.ts'

const pay = { method: 'POST', body: '{"invoice":"i1"}' }

/** A world with one paused, and by option approved, payment of `user`. */
async function pausedPayment(user: 'alice' | 'bob', approved: boolean) {
  const world = await stage()
  const { events, onEvent } = collect()
  const execute = ({ fetch }: { fetch: Task['fetch'] }) =>
    fetch(`${world.api.url}/v1/payments`, pay).then(({ status }) => status)
  const of = { onBehalfOf: world.human[user].email }
  const jit = world.jit({ onEvent })
  const task = await jit.openTask(of)
  const args = { invoice: 'i1' }
  const approval = paused(await jit.callTool(toolCall(task, { args }), execute))
  if (approved) await world.human.approve(approval.requests[0]?.requestId ?? '')
  return { world, jit, task, args, approval, execute, events, handle: await task.suspend() }
}

describe('sealed handles', () => {
  it('handle:sealed — any changed byte of it makes it worthless, with an event and without a loss', async () => {
    const { world, jit, task, args, approval, execute, events } = await pausedPayment('alice', true)
    const { handle } = approval
    const forged = [
      ...[0, 5, 40, handle.length - 1].map(
        (at) => handle.slice(0, at) + (handle[at] === 'A' ? 'B' : 'A') + handle.slice(at + 1),
      ),
      handle.slice(0, -4),
      `${handle}.x`,
      handle.split('.').slice(0, 2).join('.'),
      approval.requests[0]?.requestId ?? '',
      `lumojit:${task.id}:${approval.requests[0]?.requestId}`,
      '',
      'x'.repeat(100_000),
    ]
    for (const [at, flawed] of forged.entries()) {
      const resumeFrom = { ...approval, handle: flawed }
      const outcome = await jit.callTool(
        toolCall(task, { key: `other-${at}`, args, resumeFrom }),
        execute,
      )
      expect(outcome.kind, flawed.slice(0, 60)).not.toBe('done')
      const rejected = events.filter((each) => each.type === 'handle-rejected')
      expect(rejected, flawed.slice(0, 60)).toHaveLength(at + 1)
      expect(rejected.at(-1)).toMatchObject({ reason: 'forged' })
      if (outcome.kind === 'pending') await jit.abandon(outcome.approval, task)
    }
    expect(world.api.effects()).toEqual([])
    expect(world.counts().redemptions).toBe(0)
  })

  it('handle:sealed — it tells nobody a name, a detail, a justification or a token', async () => {
    const { world, approval, handle } = await pausedPayment('alice', false)
    for (const text of [approval.handle, handle]) {
      const clear = text
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString())
        .join('\n')
      for (const secret of [
        'alice',
        'payment',
        'initiate',
        'invoice',
        'read_document',
        ...world.tokens(),
      ])
        expect(clear + text).not.toContain(secret)
    }
  })

  it('handle:sealed — another application’s key does not open it; the newest key seals, the older ones still open', async () => {
    const { world, execute, args } = await pausedPayment('alice', false)
    const [older, newer, foreign] = ['o', 'n', 'f'].map((letter) => letter.repeat(32)) as [
      string,
      string,
      string,
    ]
    const open = (stateKey: string | readonly string[]) => world.jit({ stateKey })
    const task = await open(older).openTask({})
    const handle = await task.suspend()
    expect((await faultOf(open(foreign).resumeTask(handle, {}))).code).toBe('HANDLE_INVALID')
    const rotated = open([newer, older])
    const resumed = await rotated.resumeTask(handle, {})
    expect(resumed.id).toBe(task.id)
    const sealed = paused(await rotated.callTool(toolCall(resumed, { args }), execute))
    expect(await open([newer]).approvalStatus(sealed)).toBe('pending')
    expect(await open([older]).approvalStatus(sealed)).toBe('invalid')
  })

  it('handle:sealed — too short a key is CONFIG_INVALID, none at all STATE_KEY_MISSING where a pause needs one', async () => {
    const { world, args, execute } = await pausedPayment('alice', false)
    // Before anything is sent, not at the first pause.
    expect(() => world.jit({ stateKey: 'short' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
    const codeOf = async (jit: ReturnType<typeof world.jit>) =>
      (
        await faultOf(
          (async () => {
            const task = await jit.openTask({})
            return jit.callTool(toolCall(task, { args }), execute)
          })(),
        )
      ).code
    const port = world.authority.asAuthority({ agentId: 'agt_research-bot' })
    const { stateKey: _, ...keyless } = port
    expect(await codeOf(world.jit({ authority: keyless }))).toBe('STATE_KEY_MISSING')
  })

  it('handle:sealed — a task’s end ends its handle', async () => {
    const world = await stage({ authority: { limits: { taskMs: 600_000 } } })
    const jit = world.jit()
    const task = await jit.openTask({})
    const handle = await task.suspend()
    await world.clock.advance(600_001)
    expect((await faultOf(jit.resumeTask(handle, {}))).code).toBe('HANDLE_INVALID')
  })

  it('handle:sealed — a task that has asked for hundreds of permissions is found again all the same', async () => {
    const world = await stage()
    const jit = world.jit({ budget: { requests: 500 } })
    const task = await jit.openTask({})
    await Promise.all(
      Array.from({ length: 400 }, (_, n) => task.fetch(`${world.api.url}/v1/documents/d${n}`)),
    )
    const resumed = await world.jit().resumeTask(await task.suspend(), {})
    expect(resumed.id).toBe(task.id)
    expect((await resumed.fetch(`${world.api.url}/v1/documents/d7`)).status).toBe(200)
    expect(world.counts().requests).toBe(400)
    await resumed.complete()
  })

  it('handle:sealed — resumeTask takes handles only: a bare task id or request id is HANDLE_INVALID', async () => {
    const { jit, task, approval } = await pausedPayment('alice', true)
    for (const text of [task.id ?? '', approval.requests[0]?.requestId ?? '', '', 'lj1..'])
      expect(
        (await faultOf(jit.resumeTask(text, { onBehalfOf: 'alice@acme-corp.com' }))).code,
      ).toBe('HANDLE_INVALID')
  })

  it('handle:other-users-valid-handle-grants-nothing — Bob’s valid, approved handle in Alice’s call: a new question, no redemption', async () => {
    const { world, jit, args, approval, execute, events } = await pausedPayment('bob', true)
    const alice = await jit.openTask({ onBehalfOf: world.human.alice.email })
    // The very same call key, tool and arguments: only the person differs.
    const outcome = await jit.callTool(toolCall(alice, { args, resumeFrom: approval }), execute)
    const own = paused(outcome)
    expect(own.requests.map((each) => each.requestId)).not.toContain(
      approval.requests[0]?.requestId,
    )
    expect(world.counts().redemptions).toBe(0)
    expect(world.api.effects()).toEqual([])
    expect(events).toContainEqual(expect.objectContaining({ type: 'handle-rejected' }))
    await alice.complete()
  })

  it('handle:other-users-valid-handle-grants-nothing — Bob’s task handle does not open for Alice, nor for nobody', async () => {
    const { world, jit, handle } = await pausedPayment('bob', true)
    for (const expected of [{ onBehalfOf: world.human.alice.email }, {}])
      expect((await faultOf(jit.resumeTask(handle, expected))).code).toBe('HANDLE_INVALID')
    const bob = await jit.resumeTask(handle, { onBehalfOf: world.human.bob.email })
    expect(bob.id).toBeDefined()
  })

  it('handle:other-users-valid-handle-grants-nothing — put into a run of Alice’s, it starts a task of her own', async () => {
    const { world, jit, task, handle } = await pausedPayment('bob', true)
    const run = jit.task({
      key: 'alice-run',
      options: () => ({ onBehalfOf: world.human.alice.email }),
      handle,
    })
    expect(await run.open()).not.toBe(task.id)
  })

  it('handle:other-users-valid-handle-grants-nothing — two people who are told apart by subject token alone', async () => {
    const { scriptedAuthority } = await import('./scripted-authority.ts')
    const world = await stage()
    const tokenOf = (sub: string) => async () =>
      `x.${Buffer.from(JSON.stringify({ sub, n: Math.random() })).toString('base64url')}.y`
    const jit = world.jit({ authority: scriptedAuthority({ now: () => world.clock.now() }) })
    const bob = await jit.openTask({ subjectToken: tokenOf('bob') })
    const handle = await bob.suspend()
    expect((await faultOf(jit.resumeTask(handle, { subjectToken: tokenOf('alice') }))).code).toBe(
      'HANDLE_INVALID',
    )
    expect((await faultOf(jit.resumeTask(handle, {}))).code).toBe('HANDLE_INVALID')
    // The same person with a fresh token is the same person.
    expect((await jit.resumeTask(handle, { subjectToken: tokenOf('bob') })).id).toBe(bob.id)
  })

  it('handle:other-users-valid-handle-grants-nothing — another task of the same person is another task', async () => {
    const { world, jit, args, approval, execute } = await pausedPayment('alice', true)
    const other = await jit.openTask({ onBehalfOf: world.human.alice.email })
    const own = paused(await jit.callTool(toolCall(other, { args, resumeFrom: approval }), execute))
    expect(own.requests[0]?.requestId).not.toBe(approval.requests[0]?.requestId)
    expect(world.counts().redemptions).toBe(0)
    await other.complete()
  })

  it('handle:changed-arguments — the approved call with other arguments is a new call: a new question, the old grant unspent', async () => {
    const { world, jit, task, approval, events } = await pausedPayment('alice', true)
    const evil = { method: 'POST', body: '{"invoice":"evil"}' }
    const outcome = await jit.callTool(
      toolCall(task, { args: { invoice: 'evil' }, resumeFrom: approval }),
      ({ fetch }) => fetch(`${world.api.url}/v1/payments`, evil),
    )
    const own = paused(outcome)
    expect(own.requests.map((each) => each.requestId)).not.toContain(
      approval.requests[0]?.requestId,
    )
    expect(world.counts().redemptions).toBe(0)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'handle-rejected', reason: 'other-call' }),
    )
  })

  it('handle:changed-arguments — equal arguments that send something else are stopped as well', async () => {
    const { world, jit, task, args, approval } = await pausedPayment('alice', true)
    const outcome = await jit.callTool(
      toolCall(task, { args, resumeFrom: approval }),
      ({ fetch }) =>
        fetch(`${world.api.url}/v1/payments`, {
          method: 'POST',
          body: '{"invoice":"i1","amount":1e6}',
        }),
    )
    paused(outcome)
    expect(world.api.effects()).toEqual([])
    expect(world.counts().redemptions).toBe(0)
  })

  it('handle:changed-arguments — the handle of one call is no good for another call or tool of the same task', async () => {
    const { world, jit, task, args, approval, execute } = await pausedPayment('alice', true)
    for (const over of [{ key: 'call-2' }, { toolName: 'another_tool' }]) {
      const outcome = await jit.callTool(
        toolCall(task, { args, resumeFrom: approval, ...over }),
        execute,
      )
      const own = paused(outcome)
      expect(own.requests[0]?.requestId).not.toBe(approval.requests[0]?.requestId)
    }
    expect(world.counts().redemptions).toBe(0)
  })

  it('handle:sealed — replayed after use: the call is not done a second time', async () => {
    const { world, jit, task, args, approval, execute } = await pausedPayment('alice', true)
    expect(done(await jit.callTool(toolCall(task, { args, resumeFrom: approval }), execute))).toBe(
      201,
    )
    const again = await jit.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    expect(again.kind).not.toBe('done')
    expect(world.api.effects()).toHaveLength(1)
    // In another engine, too, when they share a store as they must: see claim:one-winner.
    const key = world.api.effects()[0]?.idempotencyKey
    expect(
      world.api
        .seen()
        .filter((each) => each.method === 'POST')
        .map((each) => each.idempotencyKey),
    ).toEqual(
      world.api
        .seen()
        .filter((each) => each.method === 'POST')
        .map(() => key),
    )
  })

  it('handle:sealed — the display members beside it are not believed', async () => {
    const { world, jit, task, args, approval, execute } = await pausedPayment('alice', false)
    const lying: PendingApproval = {
      ...approval,
      toolName: 'other',
      requests: [{ requestId: 'jit_other', waitsFor: 'approver' }],
    }
    const own = paused(await jit.callTool(toolCall(task, { args, resumeFrom: lying }), execute))
    expect(own.requests[0]?.requestId).toBe(approval.requests[0]?.requestId)
    expect(world.counts().requests).toBe(1)
  })
})
