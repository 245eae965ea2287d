import type { Ask } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { challenge, done, faultOf, reading, refused, stage, toolCall } from './stage.ts'

describe('the application’s policy', () => {
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

  it('ask:policy-first — a policy that edits what it is shown changes neither the call nor the question', async () => {
    const world = await stage()
    const jit = world.jit({
      policy: {
        decide: ({ url, permission }) => {
          url.search = ''
          url.pathname = '/v1/elsewhere'
          if (permission.kind === 'details')
            Object.assign(permission.details[0], { identifier: 'all' })
          return { allow: true }
        },
      },
    })
    const response = await jit.runTask({}, (task) =>
      task.fetch(`${world.api.url}/v1/documents/d1?page=1`),
    )
    expect(response.status).toBe(200)
    expect(world.api.seen().map((each) => each.path)).toEqual([
      '/v1/documents/d1?page=1',
      '/v1/documents/d1?page=1',
    ])
    expect(world.faults.calls('request').map((args) => args[1].permission)).toEqual([
      { kind: 'details', details: reading('d1') },
    ])
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
})
