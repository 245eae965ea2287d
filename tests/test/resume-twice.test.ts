import { memoryStore } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { challenge, done, paused, paying, stage, toolCall } from './stage.ts'

const pay = (invoice: string) => ({ method: 'POST', body: JSON.stringify({ invoice }) })

describe('several questions of one call', () => {
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
