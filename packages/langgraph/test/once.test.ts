import { tool } from '@langchain/core/tools'
import { END, MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph'
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createJitToolNode, pendingPermissions, runWithJit, wake } from '../src/index.ts'
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

describe.each([
  ['LangGraph’s own tool node does again what stood beside a pause', 'CLAIMED_ELSEWHERE', 2],
  ['createJitToolNode in its place does not', undefined, 1],
])('%s', (_, code, times) => {
  it('in the same graph, with the same edges', async () => {
    const stage = await openStage()
    let counted = 0
    const count = tool(async () => String(++counted), {
      name: 'count',
      description: 'Counts.',
      schema: z.object({ id: z.string() }),
    })
    const { model } = saying(
      { calls: [call('c1', 'x', 'count'), call('c2', 'plan', 'note'), call('c3', 'alpha')] },
      { text: 'done' },
    )
    const tools = [count, stage.note, stage.pay]
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('agent', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addNode('tools', (code ? new ToolNode(tools) : createJitToolNode(tools)) as never)
      .addEdge(START, 'agent')
      .addConditionalEdges('agent', toolsCondition, ['tools', END])
      .addEdge('tools', 'agent')
      .compile({ checkpointer: new MemorySaver() })
    const [config, options] = [thread(), { jit: stage.jit }]
    await runWithJit(graph, ask(), config, options)
    // The interrupt of one call ends the node, and nobody waits for the others.
    await expect.poll(() => stage.noted(), { timeout: 20_000 }).toBe(1)
    await stage.approve()
    const woken = stage.world.clock.until(wake(graph, config, options))
    if (code) await expect(woken).rejects.toMatchObject({ code })
    else await woken
    expect(counted).toBe(times)
    expect(stage.noted()).toBe(1)
  })
})
