import { memoryStore, type PendingApproval } from '@lumojit/core'
import { describe, expect, it } from 'vitest'
import { collect, done, faultOf, paused, stage, toolCall } from './stage.ts'

const pay = (invoice: string) => ({ method: 'POST', body: JSON.stringify({ invoice }) })

describe('a pause that is kept, and one that is dropped', () => {
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

  it('pause:abandoned-is-cancelled — what another paused call waits for too is not taken back', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = await jit.openTask()
    const read = (callId: string) =>
      jit.callTool(toolCall(task, { callId, key: callId }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/vault/v1`).then((response) => response.status),
      )
    const [first, second] = [paused(await read('one')), paused(await read('two'))]
    expect(world.counts().requests).toBe(1)
    await jit.abandon(first.handle, task)
    const [question] = await world.human.pending()
    await world.human.approve(question?.requestId ?? '')
    expect(done(await read('two'))).toBe(200)
    expect(second.requests).toEqual(first.requests)
    await task.complete()
  })

  it('pause:abandoned-is-cancelled — the last one to leave takes it back', async () => {
    const world = await stage()
    const jit = world.jit()
    const task = await jit.openTask()
    const kept = []
    for (const key of ['one', 'two']) {
      const outcome = jit.callTool(toolCall(task, { key }), ({ fetch }) =>
        fetch(`${world.api.url}/v1/vault/v1`),
      )
      kept.push(paused(await outcome).handle)
    }
    for (const handle of kept) await jit.abandon(handle, task)
    expect(await world.human.pending()).toEqual([])
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
    const error = await faultOf(
      jit.runTask({}, (task) => task.fetch(`${world.api.url}/v1/vault/v1`, { pending: 'suspend' })),
    )
    await world.human.approve(error.approval?.requests[0]?.requestId ?? '')
    const task = await world.jit().resumeTask(error.approval?.handle ?? '', {})
    expect((await task.fetch(`${world.api.url}/v1/vault/v1`)).status).toBe(200)
    expect(world.counts()).toMatchObject({ tasks: 1, requests: 1 })
    await task.complete()
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
})
