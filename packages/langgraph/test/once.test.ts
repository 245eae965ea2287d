import { MemorySaver } from '@langchain/langgraph'
import { describe, expect, it } from 'vitest'
import { pendingPermissions } from '../src/index.ts'
import { layouts } from './layouts.ts'
import { ask, call, openStage, saying, thread, toldOf } from './stage.ts'

describe.each(Object.entries(layouts))('%s', (_, layout) => {
  it('pause:siblings-once — three calls side by side, approved one at a time: each is done once', async () => {
    const stage = await openStage()
    const { model, inputs } = saying(
      { calls: [call('c1', 'plan', 'note'), call('c2', 'alpha'), call('c3', 'beta')] },
      { text: 'done' },
    )
    const tools = [stage.pay, stage.note]
    const checkpointer = new MemorySaver()
    const { graph, start, goOn } = layout({ jit: stage.jit, model, tools, checkpointer })
    const config = thread()
    const waiting = async () =>
      (await pendingPermissions(graph, config)).map(({ callId }) => callId).sort()

    await start(ask(), config)
    expect(await waiting()).toEqual(['c2', 'c3'])
    expect(stage.noted()).toBe(1)
    await stage.approve('alpha')
    await goOn(config)
    expect(await waiting()).toEqual(['c3'])
    expect(stage.paid()).toEqual(['alpha'])
    await goOn(config)
    expect(stage.taskStates()).toEqual(['open'])
    await stage.approve('beta')
    await goOn(config)

    expect(await waiting()).toEqual([])
    expect(stage.paid()).toEqual(['alpha', 'beta'])
    expect(stage.noted()).toBe(1)
    expect(toldOf(inputs, 'c2')).toContain('alpha')
    expect(toldOf(inputs, 'c3')).toContain('beta')
    expect(stage.taskStates()).toEqual(['completed'])
  })

  it('refuse:not-asked-again-in-task — a no is told as a final answer, and ends the matter', async () => {
    const stage = await openStage()
    const { model, inputs } = saying({ calls: [call('c1', 'alpha')] }, { text: 'not allowed' })
    const parts = { jit: stage.jit, model, tools: [stage.pay], checkpointer: new MemorySaver() }
    const { start, goOn } = layout(parts)
    const config = thread()
    await start(ask(), config)
    await stage.deny()
    await goOn(config)
    expect(JSON.parse(toldOf(inputs, 'c1') ?? '')).toMatchObject({
      error: 'permission_refused',
      code: 'DENIED',
      retryable: false,
      message: 'Not this one.',
    })
    expect(stage.paid()).toEqual([])
    expect(stage.taskStates()).toEqual(['completed'])
  })
})
