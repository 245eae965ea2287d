import { describe, expect, it } from 'vitest'
import {
  challenge,
  deferred,
  done,
  faultOf,
  paused,
  paying,
  reading,
  refused,
  stage,
  toolCall,
} from './stage.ts'

describe('the latch', () => {
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
      expect(outcome).toMatchObject({
        kind: 'done',
        value: 'could not read',
        refused: { code: 'POLICY_REFUSED' },
      })
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
