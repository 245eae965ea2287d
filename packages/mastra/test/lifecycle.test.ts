import { Mastra } from '@mastra/core/mastra'
import { RequestContext } from '@mastra/core/request-context'
import { describe, expect, it } from 'vitest'
import { pendingPermissions, wake } from '../src/index.ts'
import { TASK_ENTRY } from '../src/run-tasks.ts'
import { acting, call, type Kit, noteTool, openStage, payTool, type Stage } from './stage.ts'

const NOTED = [{ calls: [call('c1', 'note', 'plan')] }, { text: 'noted' }]

function noting(stage: Stage, kit: Kit, turns = NOTED) {
  const { agent } = acting(kit, { note: noteTool(stage, kit), pay: payTool(stage, kit) }, turns)
  new Mastra({ agents: { clerk: agent }, storage: stage.storage, logger: false })
  return agent
}

describe('the task of a run', () => {
  it('is named in the request context by an opaque name, and by nothing else of ours', async () => {
    const stage = await openStage()
    const kit = stage.kit()
    const requestContext = new RequestContext([['user', 'alice']])
    const agent = noting(stage, kit, [{ calls: [call('c1', 'pay', 'inv-1')] }])
    await agent.generate('go', { requestContext })
    const entries = Object.fromEntries(requestContext.entries())
    expect(entries).toEqual({
      user: 'alice',
      [TASK_ENTRY]: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    const [task] = await stage.world.human.pending()
    expect(entries[TASK_ENTRY]).not.toBe(task?.taskId)
  })

  it('ends with the run: the same context begins a new one', async () => {
    const stage = await openStage()
    const kit = stage.kit()
    const requestContext = new RequestContext()
    for (const count of [1, 2]) {
      await noting(stage, kit).generate('go', { requestContext })
      expect(requestContext.has(TASK_ENTRY)).toBe(false)
      expect(stage.world.counts().tasks).toBe(count)
      expect(await stage.grants()).toEqual({ issued: count, alive: 0 })
    }
  })

  it('is shared by runs that share a context at the same time, and ends with the last', async () => {
    const stage = await openStage()
    const kit = stage.kit()
    const requestContext = new RequestContext()
    const go = () => noting(stage, kit).generate('go', { requestContext })
    await Promise.all([go(), go()])
    expect(stage.world.counts().tasks).toBe(1)
    expect((await stage.grants()).alive).toBe(0)
  })

  it('a run that pauses leaves its context to the next run, which has a task of its own', async () => {
    const stage = await openStage()
    const kit = stage.kit()
    const requestContext = new RequestContext()
    const paying = noting(stage, kit, [{ calls: [call('c1', 'pay', 'inv-1')] }, { text: 'paid' }])
    await paying.generate('go', { requestContext })
    await noting(stage, kit).generate('go', { requestContext })
    expect(stage.world.counts().tasks).toBe(2)
    await stage.approve()
    const [woken] = await wake(paying)
    expect(await woken?.text).toBe('paid')
    expect(stage.paid()).toEqual(['inv-1'])
    expect(await stage.grants()).toEqual({ issued: 2, alive: 0 })
  })

  it('a name that a client sent is nobody’s: another run’s task is out of reach', async () => {
    const stage = await openStage()
    const kit = stage.kit({
      task: ({ requestContext }) => ({ onBehalfOf: requestContext.get('user') as string }),
    })
    const theirs = new RequestContext([['user', 'bob@acme-corp.com']])
    await noting(stage, kit, [{ calls: [call('c1', 'pay', 'inv-1')] }]).generate('go', {
      requestContext: theirs,
    })
    const mine = new RequestContext([
      ['user', 'alice@acme-corp.com'],
      [TASK_ENTRY, String(theirs.get(TASK_ENTRY))],
    ])
    await noting(stage, kit).generate('go', { requestContext: mine })
    expect(stage.world.counts().tasks).toBe(2)
    const made = new RequestContext([[TASK_ENTRY, 'whatever a client likes']])
    await noting(stage, kit).generate('go', { requestContext: made })
    expect(stage.world.counts().tasks).toBe(3)
    expect(made.has(TASK_ENTRY)).toBe(false)
  })

  it('survives the engine that paused it, and ends when it is abandoned', async () => {
    const stage = await openStage()
    const first = stage.kit()
    const paying = noting(stage, first, [{ calls: [call('c1', 'pay', 'inv-1')] }])
    await paying.generate('go')
    await first.jit[Symbol.asyncDispose]()
    expect(await stage.world.human.pending()).toHaveLength(1)
    const other = stage.kit()
    const again = noting(stage, other, [])
    await other.abandon(again, {})
    expect(await stage.world.human.pending()).toEqual([])
    expect(await pendingPermissions(again)).toEqual([])
  })
})
