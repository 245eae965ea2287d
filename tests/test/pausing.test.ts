import { type JitEvent, memoryStore, type PendingApproval } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import {
  challenge,
  collect,
  deferred,
  done,
  eventually,
  faultOf,
  paused,
  paying,
  reading,
  refused,
  stage,
  toolCall,
} from './stage.ts'

const pay = (invoice: string) => ({ method: 'POST', body: JSON.stringify({ invoice }) })

describe('the latch and the modes', () => {
  it('pause:latch — a tool that swallows the suspension is pending all the same, and cannot fetch on', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const codes: unknown[] = []
      const outcome = await jit.callTool(toolCall(task), async ({ fetch }) => {
        for (const path of ['vault/v1', 'free', 'documents/d1'])
          await fetch(`${world.api.url}/v1/${path}`).catch((error: { code?: unknown }) =>
            codes.push(error.code),
          )
        return 'as if nothing had happened'
      })
      const approval = paused(outcome)
      expect(approval).toMatchObject({ type: 'lumojit.permission', toolName: 'read_document' })
      expect(approval.requests).toHaveLength(1)
      expect(codes).toEqual(['SUSPENDED', 'SUSPENDED', 'SUSPENDED'])
      expect(world.api.seen().map((each) => each.path)).toEqual(['/v1/vault/v1'])
    })
  })

  it('pause:latch — a tool that throws something of its own after the suspension is pending, too', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task), async ({ fetch }) => {
        await fetch(`${world.api.url}/v1/vault/v1`).catch(() => {})
        throw new Error('wrapped by a retry library')
      })
      expect(outcome.kind).toBe('pending')
    })
  })

  it('pause:latch — after a suspension the other ways to ask are shut as well', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const codes: unknown[] = []
      const note = (error: { code?: unknown }) => codes.push(error.code)
      const options = { resource: world.api.url, justification: 'j' }
      paused(
        await jit.callTool(toolCall(task), async (context) => {
          await context.fetch(`${world.api.url}/v1/vault/v1`).catch(note)
          await context.request(reading('d1'), options).catch(note)
          await context.withToken(reading('d1'), options, async () => {}).catch(note)
        }),
      )
      expect(codes).toEqual(['SUSPENDED', 'SUSPENDED', 'SUSPENDED'])
    })
    expect(world.counts().requests).toBe(1)
  })

  it('pause:latch — it is this call’s alone: the task’s other calls go on', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      paused(
        await jit.callTool(toolCall(task), ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`)),
      )
      const other = await jit.callTool(toolCall(task, { key: 'other' }), async ({ fetch }) => {
        return (await fetch(`${world.api.url}/v1/documents/d1`)).status
      })
      expect(done(other)).toBe(200)
    })
  })

  it('pause:latch — the call’s other fetches settle first, and the approval lists all their requests', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const answers: unknown[] = []
      const late = deferred<Response>()
      const arrived = deferred()
      world.api.script('/v1/slow', () => {
        arrived.resolve()
        return late.promise
      })
      const calling = jit.callTool(toolCall(task), async ({ fetch }) => {
        const slow = fetch(`${world.api.url}/v1/slow`).then(({ status }) => answers.push(status))
        await arrived.promise
        const both = ['v1', 'v2'].map((id) => fetch(`${world.api.url}/v1/vault/${id}`))
        await Promise.all([...both, slow])
      })
      await world.human.waitForPending(2)
      late.resolve(new Response('slow but sure'))
      const approval = paused(await calling)
      expect(new Set(approval.requests.map((each) => each.requestId)).size).toBe(2)
      expect(approval.requests.every((each) => each.waitsFor === 'approver')).toBe(true)
      expect(answers).toEqual([200])
    })
  })

  it('pause:latch — a fetch that was under way when another suspended is asked for, too: one pause names them all', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const release = deferred()
      const arrived = deferred()
      world.api.script('/v1/late', async () => {
        arrived.resolve()
        await release.promise
        return challenge(paying('late'))
      })
      const calling = jit.callTool(toolCall(task), async ({ fetch }) => {
        const late = fetch(`${world.api.url}/v1/late`)
        await arrived.promise
        await Promise.all([late, fetch(`${world.api.url}/v1/vault/v1`)])
      })
      await world.human.waitForPending(1)
      release.resolve()
      expect(paused(await calling).requests).toHaveLength(2)
    })
  })

  it('pause:latch — a fetch the tool did not wait for counts as well', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task), async ({ fetch }) => {
        fetch(`${world.api.url}/v1/vault/v1`).catch(() => {})
        return 'returned at once'
      })
      expect(paused(outcome).requests).toHaveLength(1)
    })
  })

  it('pause:latch — a refusal the tool turns into a value is that value', async () => {
    const world = await stage()
    const jit = world.jit({ policy: { decide: () => ({ allow: false, reason: 'no' }) } })
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1`).then(
          () => 'read',
          () => 'could not read',
        ),
      )
      expect(outcome).toEqual({ kind: 'done', value: 'could not read' })
    })
  })

  it('pause:latch — a tool’s own error comes out as the same object', async () => {
    const world = await stage()
    const jit = world.jit()
    const own = new TypeError('the tool’s own')
    await jit.runTask({}, async (task) => {
      await expect(
        jit.callTool(toolCall(task), async () => {
          throw own
        }),
      ).rejects.toBe(own)
    })
  })

  it('pause:latch — an unreachable authority is a refusal that may be tried again, not a throw', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      await task.fetch(`${world.api.url}/v1/free`)
      world.faults.unreachable()
      const outcome = await world.clock.until(
        jit.callTool(toolCall(task), ({ fetch }) => fetch(`${world.api.url}/v1/documents/d1`)),
      )
      expect(refused(outcome)).toMatchObject({ code: 'AUTHORITY_UNREACHABLE', retryable: true })
      world.faults.unreachable(false)
    })
  })

  it('pause:block-mode — it waits for the person and goes on in place', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      let runs = 0
      const call = jit.callTool(
        toolCall(task, { pending: 'block', durable: true }),
        async ({ fetch }) => {
          runs++
          return (await fetch(`${world.api.url}/v1/vault/v1`)).status
        },
      )
      const [question] = await world.human.waitForPending(1)
      await world.clock.advance(60_000)
      await world.human.approve(question?.requestId ?? '')
      expect([done(await call), runs]).toEqual([200, 1])
    })
  })

  it('pause:block-mode — waits until the request expires; then it is refused as EXPIRED', async () => {
    const world = await stage({ authority: { limits: { pendingMs: 300_000 } } })
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const outcome = await world.clock.until(
        jit.callTool(toolCall(task, { pending: 'block' }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v1`),
        ),
      )
      expect(refused(outcome).code).toBe('EXPIRED')
    })
  })

  it('pause:block-mode — a moment without the authority does not end the wait', async () => {
    const world = await stage()
    await world.jit().runTask({}, async (task) => {
      const waiting = task.fetch(`${world.api.url}/v1/vault/v1`)
      const [question] = await world.human.waitForPending(1)
      world.faults.unreachable()
      await world.clock.advance(40_000)
      world.faults.unreachable(false)
      await world.human.approve(question?.requestId ?? '')
      expect((await world.clock.until(waiting)).status).toBe(200)
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('pause:block-mode — with waitMs it waits that long and then pauses', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const began = world.clock.now()
      const outcome = await world.clock.until(
        jit.callTool(toolCall(task, { pending: 'block', waitMs: 90_000 }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v1`),
        ),
      )
      paused(outcome)
      expect(world.clock.now() - began).toBeGreaterThanOrEqual(90_000)
      expect(world.clock.now() - began).toBeLessThan(120_000)
    })
  })

  it('pause:block-mode — suspend pauses at once, or after its own waitMs', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const began = world.clock.now()
      const read = ({ fetch }: { fetch: typeof task.fetch }) =>
        fetch(`${world.api.url}/v1/vault/v1`)
      paused(await jit.callTool(toolCall(task), read))
      expect(world.clock.now()).toBe(began)
      const patient = jit.callTool(toolCall(task, { key: 'k2', waitMs: 10_000 }), read)
      paused(await world.clock.until(patient))
      expect(world.clock.now() - began).toBeGreaterThanOrEqual(10_000)
    })
  })

  it('pause:block-mode — a fetch may say it for itself', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const call = jit.callTool(toolCall(task), async ({ fetch }) => {
        return (await fetch(`${world.api.url}/v1/vault/v1`, { pending: 'block' })).status
      })
      const [question] = await world.human.waitForPending(1)
      await world.human.approve(question?.requestId ?? '')
      expect(done(await call)).toBe(200)
    })
  })

  it('pause:auto — suspends where a pause has a place to live', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const began = world.clock.now()
      paused(
        await jit.callTool(toolCall(task, { pending: 'auto', durable: true }), ({ fetch }) =>
          fetch(`${world.api.url}/v1/vault/v1`),
        ),
      )
      expect(world.clock.now()).toBe(began)
    })
  })

  it('pause:auto — elsewhere it blocks for five minutes and then pauses', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const began = world.clock.now()
      const call = jit.callTool(toolCall(task, { pending: 'auto', durable: false }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/vault/v1`),
      )
      paused(await world.clock.until(call))
      expect(world.clock.now() - began).toBeGreaterThanOrEqual(300_000)
      expect(world.clock.now() - began).toBeLessThan(330_000)
    })
  })

  it('pause:auto — onPending is asked on every turn and its word counts: wait, recheck, suspend', async () => {
    const world = await stage()
    const jit = world.jit()
    await jit.runTask({}, async (task) => {
      const seen: PendingApproval[] = []
      const words = ['wait', 'recheck', 'suspend'] as const
      const call = jit.callTool(
        toolCall(task, {
          pending: 'block',
          onPending: (approval) => {
            seen.push(approval)
            return words[seen.length - 1] ?? 'suspend'
          },
        }),
        ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`),
      )
      const approval = paused(await world.clock.until(call))
      expect(seen).toHaveLength(3)
      expect(seen[2]?.requests).toEqual(approval.requests)
    })
  })

  it('pause:auto — what onPending throws is the framework’s own and comes out as it is', async () => {
    const world = await stage()
    const jit = world.jit()
    const interrupt = new Error('GraphInterrupt')
    await jit.runTask({}, async (task) => {
      const call = jit.callTool(
        toolCall(task, {
          pending: 'block',
          onPending: () => {
            throw interrupt
          },
        }),
        ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`),
      )
      await expect(call).rejects.toBe(interrupt)
    })
  })

  it('pause:latch — the approval carries the link where a person decides, if the authority has one', async () => {
    for (const http of [false, true]) {
      const approvalUri = ({ requestId }: { requestId: string }) =>
        `https://approve.example/${requestId}`
      const world = await stage({ http, authority: { approvalUri } })
      const jit = world.jit()
      await jit.runTask({}, async (task) => {
        const { requests } = paused(
          await jit.callTool(toolCall(task), ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`)),
        )
        expect(requests[0]).toMatchObject({
          approvalUrl: `https://approve.example/${requests[0]?.requestId}`,
          waitsFor: 'approver',
          expiresAt: expect.any(Number),
        })
      })
    }
  })

  it('pause:latch — outside a tool call, a fetch that is told to suspend throws SUSPENDED with the approval', async () => {
    const world = await stage()
    const jit = world.jit()
    const error = await faultOf(
      jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/vault/v1`, { pending: 'suspend' })),
    )
    expect(error.code).toBe('SUSPENDED')
    expect(error.approval?.requests).toHaveLength(1)
    expect(Object.keys(error)).toEqual([])
    // runTask leaves a suspended task open: the request still waits for the person.
    expect(await world.human.pending()).toHaveLength(1)
  })
})

describe('resuming', () => {
  /** One paused call, and what it takes to run it again as another process would. */
  async function pausedCall(body = pay('i1')) {
    const world = await stage()
    const { events, onEvent } = collect()
    const store = memoryStore(world.clock)
    const open = () => world.jit({ onEvent, store })
    const jit = open()
    const task = jit.task({ key: 'run-1', options: () => ({ name: 'run' }) })
    const args = { invoice: 'i1' }
    const execute = ({ fetch }: { fetch: typeof task.fetch }) =>
      fetch(`${world.api.url}/v1/payments`, body).then((response) => response.status)
    const approval = paused(await jit.callTool(toolCall(task, { args }), execute))
    const handle = await task.suspend()
    return { world, jit, open, task, args, execute, approval, handle, events }
  }

  it('pause:second-run-asks-nobody — approved meanwhile: the re-execution in another engine redeems and sends once', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const second = open()
    const task = await second.resumeTask(handle, {})
    const outcome = await second.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    expect(done(outcome)).toBe(201)
    expect(world.counts()).toMatchObject({ tasks: 1, requests: 1, joined: 0, redemptions: 1 })
    expect(world.api.effects()).toHaveLength(1)
    await task.complete()
    await eventually(async () =>
      (await world.alive()).every((each) => world.claims(each)?.jit !== true),
    )
  })

  it('pause:second-run-asks-nobody — state that went through JSON is as good', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const second = open()
    const task = second.task({ key: 'run-1', options: () => ({ name: 'run' }), handle })
    const kept = JSON.parse(JSON.stringify(approval)) as unknown
    expect(done(await second.callTool(toolCall(task, { args, resumeFrom: kept }), execute))).toBe(
      201,
    )
    expect(world.counts()).toMatchObject({ tasks: 1, requests: 1 })
  })

  it('pause:second-run-asks-nobody — two calls paused: found by the handle of one, the other brings its own', async () => {
    const world = await stage()
    const store = memoryStore(world.clock)
    const first = world.jit({ store })
    const run = first.task({ key: 'run-1', options: () => ({}) })
    const execute =
      (invoice: string) =>
      ({ fetch }: { fetch: typeof run.fetch }) =>
        fetch(`${world.api.url}/v1/payments`, pay(invoice)).then(({ status }) => status)
    const one = paused(await first.callTool(toolCall(run, { key: 'one' }), execute('i1')))
    const two = paused(await first.callTool(toolCall(run, { key: 'two' }), execute('i2')))
    for (const { requests } of [one, two]) await world.human.approve(requests[0]?.requestId ?? '')
    const second = world.jit({ store })
    const task = second.task({ key: 'run-1', options: () => ({}), handle: one.handle })
    const again = (key: string, resumeFrom: PendingApproval, invoice: string) =>
      second.callTool(toolCall(task, { key, resumeFrom }), execute(invoice))
    expect(done(await again('two', two, 'i2'))).toBe(201)
    expect(done(await again('one', one, 'i1'))).toBe(201)
    expect(world.counts()).toMatchObject({ tasks: 1, requests: 2, joined: 0, redemptions: 2 })
    expect(world.faults.calls('request')).toHaveLength(2)
    await task.complete()
  })

  it('pause:second-run-asks-nobody — still pending: it pauses again over the same request', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    const second = open()
    const task = await second.resumeTask(handle, {})
    const again = paused(
      await second.callTool(toolCall(task, { args, resumeFrom: approval }), execute),
    )
    expect(again.requests[0]?.requestId).toBe(approval.requests[0]?.requestId)
    expect(world.counts().requests).toBe(1)
    expect(world.api.effects()).toEqual([])
  })

  it('pause:second-run-asks-nobody — denied meanwhile: refused, and nothing is asked or done', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.deny(approval.requests[0]?.requestId ?? '', { message: 'too much' })
    const second = open()
    const task = await second.resumeTask(handle, {})
    const outcome = await second.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    expect(refused(outcome)).toMatchObject({
      code: 'DENIED',
      message: 'too much',
      retryable: false,
    })
    expect(world.counts().requests).toBe(1)
  })

  it('pause:resume-is-only-a-wake-up — whatever the kept state says, the authority is read again', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    const second = open()
    const task = await second.resumeTask(handle, {})
    for (const kept of [
      { ...approval, status: 'granted', approved: true },
      { ...approval, requests: [] },
      true,
      { approved: true },
    ]) {
      const outcome = await second.callTool(toolCall(task, { args, resumeFrom: kept }), execute)
      expect(outcome.kind).toBe('pending')
    }
    expect(world.api.effects()).toEqual([])
    expect(world.counts().redemptions).toBe(0)
  })

  it('pause:resume-is-only-a-wake-up — approvalStatus tells how the authority has it, and invalid for what is no handle', async () => {
    const { world, open, approval, handle } = await pausedCall()
    const second = open()
    const task = await second.resumeTask(handle, {})
    expect(await second.approvalStatus(approval, task)).toBe('pending')
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    expect(await second.approvalStatus(approval, task)).toBe('granted')
    for (const kept of [undefined, null, 'x', {}, { ...approval, handle: `${approval.handle}x` }])
      expect(await second.approvalStatus(kept, task)).toBe('invalid')
  })

  it('pause:late-redeem — woken hours after the approval, the window is still open and nobody is asked', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    await world.clock.advance(2 * 3_600_000)
    const second = open()
    const task = await second.resumeTask(handle, {})
    const outcome = await second.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    expect(done(outcome)).toBe(201)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('pause:late-redeem — the token’s life starts at redemption, and a call that may pause asks for 900 s', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    expect(world.faults.calls('request')[0]?.[1].ttlSeconds).toBe(900)
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    await world.clock.advance(3_600_000)
    const second = open()
    const task = await second.resumeTask(handle, {})
    done(await second.callTool(toolCall(task, { args, resumeFrom: approval }), execute))
    const { exp } = world.claims(world.tokens('jit')[0] ?? '') as { exp: number }
    expect(exp * 1000 - world.clock.now()).toBeGreaterThan(890_000)
  })

  it('pause:late-redeem — the window is closed: one new request, never more', async () => {
    const world = await stage({ authority: { limits: { redeemMs: 300_000 } } })
    const jit = world.jit()
    const task = jit.task({ key: 'run-1', options: () => ({}) })
    const execute = ({ fetch }: { fetch: typeof task.fetch }) =>
      fetch(`${world.api.url}/v1/payments`, pay('i1'))
    const first = paused(await jit.callTool(toolCall(task), execute))
    await world.human.approve(first.requests[0]?.requestId ?? '')
    await world.clock.advance(600_000)
    const second = paused(await jit.callTool(toolCall(task, { resumeFrom: first }), execute))
    expect(second.requests[0]?.requestId).not.toBe(first.requests[0]?.requestId)
    expect(world.counts().requests).toBe(2)
    expect(await world.human.pending()).toHaveLength(1)
  })

  it('pause:two-escalations-in-one-tool — the second run finds the first grant again and asks nobody for it', async () => {
    const world = await stage()
    const store = memoryStore(world.clock)
    let jit = world.jit({ store })
    let task = jit.task({ key: 'run-1', options: () => ({}) })
    const execute = async ({ fetch }: { fetch: typeof task.fetch }) => {
      const read = await fetch(`${world.api.url}/v1/vault/v1`)
      const paid = await fetch(`${world.api.url}/v1/payments`, pay('i1'))
      return [read.status, paid.status]
    }
    const first = paused(await jit.callTool(toolCall(task), execute))
    let handle = await task.suspend()
    await world.human.approve(first.requests[0]?.requestId ?? '')

    jit = world.jit({ store })
    task = await jit.resumeTask(handle, {})
    const second = paused(await jit.callTool(toolCall(task, { resumeFrom: first }), execute))
    expect(second.requests.map((each) => each.requestId)).not.toContain(
      first.requests[0]?.requestId,
    )
    handle = await task.suspend()
    await world.human.approve(second.requests[0]?.requestId ?? '')

    jit = world.jit({ store })
    task = await jit.resumeTask(handle, {})
    expect(done(await jit.callTool(toolCall(task, { resumeFrom: second }), execute))).toEqual([
      200, 201,
    ])
    expect(world.counts()).toMatchObject({ requests: 2, approvals: 2 })
    expect(world.api.effects()).toHaveLength(1)
    await task.complete()
  })

  it('pause:two-escalations-in-one-tool — two once questions of one call keep apart', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = jit.task({ key: 'run-1', options: () => ({}) })
    const execute = async ({ fetch }: { fetch: typeof task.fetch }) => {
      const one = await fetch(`${world.api.url}/v1/payments`, pay('i1'))
      const two = await fetch(`${world.api.url}/v1/payments`, pay('i2'))
      return [one.status, two.status]
    }
    const first = paused(await jit.callTool(toolCall(task), execute))
    await world.human.approve(first.requests[0]?.requestId ?? '')
    const second = paused(await jit.callTool(toolCall(task, { resumeFrom: first }), execute))
    await world.human.approve(second.requests[0]?.requestId ?? '')
    expect(done(await jit.callTool(toolCall(task, { resumeFrom: second }), execute))).toEqual([
      201, 201,
    ])
    expect(world.counts()).toMatchObject({ requests: 2, approvals: 2 })
    await task.complete()
  })

  it('pause:task-stays-open — suspend keeps the task over `using`, the end of the process, and everything but complete', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = await jit.openTask({ name: 'kept' })
    const approval = paused(
      await jit.callTool(toolCall(task), ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`)),
    )
    const handle = await task.suspend()
    await task[Symbol.asyncDispose]()
    expect(await world.human.pending()).toHaveLength(1)
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const resumed = await jit.resumeTask(handle, {})
    expect(resumed.id).toBe(task.id)
    await resumed.complete()
  })

  it('pause:task-stays-open — runTask completes on return and throw, but not on SUSPENDED', async () => {
    const world = await stage()
    const jit = world.jit()
    let held: { approval?: PendingApproval | undefined; handle?: string } = {}
    const error = await faultOf(
      jit.runTask({}, async (task) => {
        try {
          return await task.fetch(`${world.api.url}/v1/vault/v1`, { pending: 'suspend' })
        } finally {
          held = { handle: await task.suspend() }
        }
      }),
    )
    held.approval = error.approval
    await world.human.approve(error.approval?.requests[0]?.requestId ?? '')
    const task = await jit.resumeTask(held.handle ?? '', {})
    const response = await task.fetch(`${world.api.url}/v1/vault/v1`)
    expect(response.status).toBe(200)
    expect(world.counts().requests).toBe(1)
    await task.complete()
  })

  it('pause:task-stays-open — the approval of a SUSPENDED run is enough to go on with it', async () => {
    const world = await stage()
    const jit = world.jit()
    const read = (task: { fetch: typeof fetch }) => task.fetch(`${world.api.url}/v1/vault/v1`)
    const error = await faultOf(
      jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/vault/v1`, { pending: 'suspend' })),
    )
    await world.human.approve(error.approval?.requests[0]?.requestId ?? '')
    const task = await world.jit().resumeTask(error.approval?.handle ?? '', {})
    expect((await read(task as never)).status).toBe(200)
    expect(world.counts()).toMatchObject({ tasks: 1, requests: 1 })
    await task.complete()
  })

  it('redeem:again-after-lost-answer — the answer was lost: the same request is redeemed again, one token lives', async () => {
    const world = await stage()
    world.faults.loseAnswer('redeem')
    const response = await world.clock.until(
      world
        .jit()
        .runTask({}, (task) => retried(() => task.fetch(`${world.api.url}/v1/documents/d1`))),
    )
    expect(response.status).toBe(200)
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 2 })
    const used = world.api.seen().at(-1)?.jti
    expect(used).toBe(world.claims(world.tokens('jit')[1] ?? '')?.jti)
  })

  it('redeem:again-after-lost-answer — the request’s own answer was lost: the same call again joins it, nobody is asked twice', async () => {
    const world = await stage()
    world.faults.loseAnswer('request')
    const jit = world.jit()
    const task = jit.task({ key: 'run-1', options: () => ({}) })
    const run = () =>
      jit.callTool(toolCall(task), ({ fetch }) =>
        fetch(`${world.api.url}/v1/payments`, pay('i1')).then(({ status }) => status),
      )
    const lost = await world.clock.until(run())
    const approval = paused(lost.kind === 'refused' ? await run() : lost)
    expect(await world.human.pending()).toHaveLength(1)
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    expect(done(await run())).toBe(201)
    expect(world.counts()).toMatchObject({ requests: 1, approvals: 1 })
    expect(world.api.effects()).toHaveLength(1)
    await task.complete()
  })

  it('redeem:again-after-lost-answer — a process that died between approval and redemption loses nothing', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    world.faults.loseAnswer('redeem', 50)
    const second = open()
    const dying = await second.resumeTask(handle, {})
    const lost = await world.clock.until(
      second.callTool(toolCall(dying, { args, resumeFrom: approval }), execute),
    )
    expect(refused(lost)).toMatchObject({ code: 'AUTHORITY_UNREACHABLE', retryable: true })
    world.faults.loseAnswer('redeem', 0)
    const third = open()
    const task = await third.resumeTask(handle, {})
    expect(
      done(await third.callTool(toolCall(task, { args, resumeFrom: approval }), execute)),
    ).toBe(201)
    expect(world.counts().requests).toBe(1)
    expect(world.api.effects()).toHaveLength(1)
  })

  it('pause:abandoned-is-cancelled — a call that will never resume takes its questions back', async () => {
    const { world, jit, task, approval } = await pausedCall()
    expect(await world.human.pending()).toHaveLength(1)
    await jit.abandon(approval, task)
    expect(await world.human.pending()).toEqual([])
    expect(await jit.approvalStatus(approval, task)).not.toBe('pending')
  })

  it('pause:abandoned-is-cancelled — approved before it was abandoned: nothing of it can be redeemed any more', async () => {
    const { world, open, handle, args, execute, approval } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const second = open()
    const task = await second.resumeTask(handle, {})
    await second.abandon(JSON.parse(JSON.stringify(approval)), task)
    const outcome = await second.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    expect(outcome.kind).not.toBe('done')
    expect(world.api.effects()).toEqual([])
  })

  it('pause:abandoned-is-cancelled — what is no handle, or another’s, is left alone without a throw', async () => {
    const { world, jit, approval } = await pausedCall()
    const other = await jit.openTask({})
    for (const kept of [undefined, null, 7, {}, { handle: 'x' }, approval, approval.handle])
      await jit.abandon(kept, other)
    expect(await world.human.pending()).toHaveLength(1)
    await other.complete()
  })

  it('pause:siblings-once — of two calls of one step, the one that was done is not done again', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = jit.task({ key: 'run-1', options: () => ({}) })
    const write = ({ fetch }: { fetch: typeof task.fetch }) =>
      fetch(`${world.api.url}/v1/documents/d1/summaries`, { method: 'POST', body: 'x' })
    done(await jit.callTool(toolCall(task, { key: 'sibling' }), write))
    const approval = paused(
      await jit.callTool(toolCall(task, { key: 'paused' }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/vault/v1`),
      ),
    )
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const again = await jit.callTool(
      toolCall(task, { key: 'paused', resumeFrom: approval }),
      ({ fetch }) => fetch(`${world.api.url}/v1/vault/v1`),
    )
    expect(done(again).status).toBe(200)
    expect(world.api.effects()).toHaveLength(1)
    await task.complete()
  })

  it('pause:late-redeem — a task that ended meanwhile: TASK_ENDED, nothing is asked', async () => {
    const { world, open, task, args, execute, approval, handle } = await pausedCall()
    await world.endTask(task.id ?? '')
    const second = open()
    const outcome = await second
      .resumeTask(handle, {})
      .then((resumed) =>
        second.callTool(toolCall(resumed, { args, resumeFrom: approval }), execute),
      )
      .then(
        (each) => refused(each).code,
        (error: { code?: unknown }) => error.code,
      )
    expect(outcome).toBe('TASK_ENDED')
    expect(world.counts().requests).toBe(1)
  })

  it('pause:late-redeem — a run whose task ended meanwhile gets a new task and asks again, once', async () => {
    const { world, open, task, args, execute, approval, handle } = await pausedCall()
    await world.endTask(task.id ?? '')
    const second = open()
    const run = second.task({ key: 'run-1', options: () => ({ name: 'run' }), handle })
    const again = paused(
      await second.callTool(toolCall(run, { args, resumeFrom: approval }), execute),
    )
    expect(run.id).not.toBe(task.id)
    expect(again.requests[0]?.requestId).not.toBe(approval.requests[0]?.requestId)
    expect(world.counts()).toMatchObject({ tasks: 2, requests: 2 })
    await world.human.approve(again.requests[0]?.requestId ?? '')
    expect(done(await second.callTool(toolCall(run, { args, resumeFrom: again }), execute))).toBe(
      201,
    )
    expect(world.counts()).toMatchObject({ tasks: 2, requests: 2, redemptions: 1 })
    await run.complete()
  })

  it('challenge-id:opaque — in model mode a challenge becomes an id, the answer to it an ordinary escalation', async () => {
    const world = await stage()
    const { events, onEvent } = collect()
    const jit = world.jit({ onEvent })
    await jit.runTask({}, async (task) => {
      const call = toolCall(task, { escalate: 'model' })
      const execute = async ({ fetch }: { fetch: typeof task.fetch }) =>
        (await fetch(`${world.api.url}/v1/documents/d1`)).status
      const challenged = await jit.callTool(call, execute)
      if (challenged.kind !== 'challenged') return expect.fail(JSON.stringify(challenged))
      expect(world.counts().requests).toBe(0)
      expect(challenged.challengeId.length).toBeLessThanOrEqual(64)
      expect(JSON.stringify(challenged)).not.toContain('file_access')
      expect(challenged.toolName).toBe('read_document')
      expect(challenged.expiresAt).toBeGreaterThan(world.clock.now())
      const ask = toolCall(task, { key: 'ask', callId: 'ask', toolName: 'requestJitAccess' })
      const grant = done(
        await jit.answerChallenge(ask, challenged.challengeId, 'because of the summary'),
      )
      expect(grant).toMatchObject({ resource: world.api.url, reuse: 'task' })
      expect(JSON.stringify(grant)).not.toContain(world.tokens('jit')[0])
      expect(done(await jit.callTool({ ...call, key: 'again' }, execute))).toBe(200)
      expect(world.faults.calls('request')[0]?.[1].justification).toContain(
        'because of the summary',
      )
      expect(typesOf(events)).not.toContain('handle-rejected')
    })
    expect(world.counts()).toMatchObject({ requests: 1, redemptions: 1 })
  })

  it('challenge-id:opaque — random, used once, good for its own task and for nothing the model could write', async () => {
    const world = await stage()
    const jit = world.jit()
    const one = await jit.openTask({})
    const two = await jit.openTask({})
    const challengeIn = async (task: typeof one, key: string) => {
      const outcome = await jit.callTool(toolCall(task, { key, escalate: 'model' }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1`),
      )
      return outcome.kind === 'challenged' ? outcome.challengeId : expect.fail(outcome.kind)
    }
    const id = await challengeIn(one, 'a')
    expect(await challengeIn(one, 'b')).not.toBe(id)
    const answer = (task: typeof one, challengeId: string) =>
      jit.answerChallenge(toolCall(task, { key: `ask-${challengeId}` }), challengeId, 'j')
    for (const [task, guess] of [
      [two, id],
      [one, `${id}x`],
      [one, ''],
      [one, JSON.stringify(reading('d1'))],
    ] as const)
      expect(refused(await answer(task, guess)).code, guess).toBe('CHALLENGE_UNKNOWN')
    expect(world.counts().requests).toBe(0)
    done(await answer(one, id))
    const second = await jit.answerChallenge(toolCall(one, { key: 'another call' }), id, 'j')
    expect(refused(second).code).toBe('CHALLENGE_UNKNOWN')
    await one.complete()
    await two.complete()
  })

  it('challenge-id:opaque — it ends at the time it names', async () => {
    const world = await stage()
    const jit = world.jit({ store: memoryStore(world.clock) })
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task, { escalate: 'model' }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1`),
      )
      if (outcome.kind !== 'challenged') return expect.fail(outcome.kind)
      await world.clock.advance(outcome.expiresAt - world.clock.now() + 1)
      const late = await jit.answerChallenge(
        toolCall(task, { key: 'ask' }),
        outcome.challengeId,
        'j',
      )
      expect(refused(late).code).toBe('CHALLENGE_UNKNOWN')
    })
  })

  it('challenge-id:survives-the-process — with a shared store another engine can answer it, once', async () => {
    const world = await stage()
    const store = memoryStore(world.clock)
    const jit = world.jit({ store })
    const task = await jit.openTask({})
    const outcome = await jit.callTool(toolCall(task, { escalate: 'model' }), ({ fetch }) =>
      fetch(`${world.api.url}/v1/vault/v1`),
    )
    if (outcome.kind !== 'challenged') return expect.fail(outcome.kind)
    const second = world.jit({ store })
    const resumed = await second.resumeTask(await task.suspend(), {})
    const ask = toolCall(resumed, { key: 'ask', pending: 'block' })
    const answering = second.answerChallenge(ask, outcome.challengeId, 'because')
    const [question] = await world.human.waitForPending(1)
    expect(question?.justifications).toEqual(['because'])
    await world.human.approve(question?.requestId ?? '')
    expect(done(await answering).requestId).toBe(question?.requestId)
    const again = { ...ask, key: 'another call' }
    expect(refused(await second.answerChallenge(again, outcome.challengeId, 'again')).code).toBe(
      'CHALLENGE_UNKNOWN',
    )
    await resumed.complete()
  })

  it('challenge-id:opaque — policy, budget and denial hold in model mode as well', async () => {
    const world = await stage()
    const jit = world.jit({ policy: { decide: () => ({ allow: false, reason: 'no' }) } })
    await jit.runTask({}, async (task) => {
      const outcome = await jit.callTool(toolCall(task, { escalate: 'model' }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1`),
      )
      if (outcome.kind === 'challenged') {
        const answer = await jit.answerChallenge(
          toolCall(task, { key: 'ask' }),
          outcome.challengeId,
          'j',
        )
        expect(refused(answer).code).toBe('POLICY_REFUSED')
      } else expect(refused(outcome).code).toBe('POLICY_REFUSED')
    })
    expect(world.counts().requests).toBe(0)
  })

  it('claim:one-winner — two engines resume one approved payment at once: one sends, the other is CLAIMED_ELSEWHERE', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const run = async () => {
      const jit = open()
      const task = await jit.resumeTask(handle, {})
      return jit.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    }
    const outcomes = await world.clock.until(Promise.all([run(), run(), run()]))
    expect(world.api.effects()).toHaveLength(1)
    expect(outcomes.filter((each) => each.kind === 'done')).toHaveLength(1)
    for (const each of outcomes.filter((each) => each.kind !== 'done'))
      expect(refused(each)).toMatchObject({ code: 'CLAIMED_ELSEWHERE', retryable: true })
  })

  it('claim:one-winner — one engine, the same call started twice at once: done once', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = await jit.openTask({})
    const run = () =>
      jit.callTool(toolCall(task), ({ fetch }) =>
        fetch(`${world.api.url}/v1/documents/d1/summaries`, { method: 'POST', body: 'x' }),
      )
    const outcomes = await world.clock.until(Promise.all([run(), run(), run(), run()]))
    expect(world.api.effects()).toHaveLength(1)
    expect(outcomes.map((each) => each.kind).sort()).toEqual([
      'done',
      'refused',
      'refused',
      'refused',
    ])
    await task.complete()
  })

  it('claim:one-winner — the winner died while it was sending: taken over after the claim’s time, with the same idempotency key', async () => {
    const { world, open, args, execute, approval, handle } = await pausedCall()
    await world.human.approve(approval.requests[0]?.requestId ?? '')
    const sent = deferred()
    let dead = true
    world.api.script('/v1/payments', (request) => {
      if (world.claims(request)?.jit !== true) return challenge(paying('i1'))
      sent.resolve()
      return dead ? new Promise(() => {}) : new Response('paid', { status: 201 })
    })
    const first = open()
    const lost = await first.resumeTask(handle, {})
    // Never settles: as after SIGKILL, nobody gives the claim back.
    void first.callTool(toolCall(lost, { args, resumeFrom: approval }), execute).catch(() => {})
    await sent.promise
    dead = false
    const second = open()
    const task = await second.resumeTask(handle, {})
    const run = () => second.callTool(toolCall(task, { args, resumeFrom: approval }), execute)
    expect(refused(await world.clock.until(run()))).toMatchObject({ code: 'CLAIMED_ELSEWHERE' })
    await world.clock.advance(120_000)
    expect(done(await world.clock.until(run()))).toBe(201)
    const keys = world.api
      .seen()
      .flatMap((each) => (each.credential === 'grant' ? [each.idempotencyKey] : []))
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
    expect(keys[0]).toBeDefined()
  })

  it('pause:two-escalations-in-one-tool — a challenge that changed on re-execution is asked anew, not served by the old approval', async () => {
    const world = await stage()
    let need = paying('small')
    world.api.script('/v1/pay', (request) => {
      const granted = world.claims(request)?.authorization_details
      return JSON.stringify(granted) === JSON.stringify(need)
        ? new Response('paid')
        : challenge(need)
    })
    const jit = world.jit()
    const task = jit.task({ key: 'run-1', options: () => ({}) })
    const execute = ({ fetch }: { fetch: typeof task.fetch }) =>
      fetch(`${world.api.url}/v1/pay`, pay('i1'))
    const first = paused(await jit.callTool(toolCall(task), execute))
    await world.human.approve(first.requests[0]?.requestId ?? '')
    need = paying('large')
    const second = paused(await jit.callTool(toolCall(task, { resumeFrom: first }), execute))
    expect((await world.human.pending()).map((each) => each.details)).toEqual([paying('large')])
    expect(second.requests.map((each) => each.requestId)).not.toContain(
      first.requests[0]?.requestId,
    )
  })
})

/** Once more, if the authority could not be reached: what a caller does with a retryable refusal. */
async function retried<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'AUTHORITY_UNREACHABLE') throw error
    return work()
  }
}

function typesOf(events: readonly JitEvent[]): readonly string[] {
  return events.map((each) => each.type)
}
