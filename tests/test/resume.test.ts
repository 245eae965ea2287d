import { memoryStore, type PendingApproval } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { collect, done, eventually, paused, refused, stage, toolCall } from './stage.ts'

const pay = (invoice: string) => ({ method: 'POST', body: JSON.stringify({ invoice }) })

describe('the second run', () => {
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
})
