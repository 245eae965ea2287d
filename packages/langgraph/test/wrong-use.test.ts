import { AIMessage, ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { MemorySaver } from '@langchain/langgraph'
import { ToolNode } from '@langchain/langgraph/prebuilt'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { createJitAgentGraph, jitTool, runWithJit, wake } from '../src/index.ts'
import { jitMiddleware } from '../src/langchain.ts'
import { hasCheckpointer } from '../src/read-call.ts'
import { ask, call, openStage, saying, thread } from './stage.ts'

it('a tool outside a run says how to run it, and the model is not told', async () => {
  const stage = await openStage()
  const { model, inputs } = saying({ calls: [call('c1', 'alpha')] }, { text: 'never said' })
  const graph = createJitAgentGraph({ model, tools: [stage.pay] })
  await expect(graph.invoke(ask())).rejects.toMatchObject({
    code: 'NO_TASK',
    fix: expect.stringContaining('runWithJit'),
  })
  expect(inputs).toHaveLength(1)
})

it('a tool that is invoked by hand names no call', async () => {
  const stage = await openStage()
  const byHand = tool(async () => stage.pay.invoke({ id: 'alpha' }), {
    name: 'by_hand',
    description: 'Calls another.',
    schema: z.object({ id: z.string() }),
  })
  const { model } = saying({ calls: [call('c1', 'alpha', 'by_hand')] })
  const graph = createJitAgentGraph({ model, tools: [byHand] })
  await expect(runWithJit(graph, ask(), {}, { jit: stage.jit })).rejects.toMatchObject({
    code: 'NO_TASK',
  })
})

it('a run and a middleware without an engine are refused before anything happens', async () => {
  const { model, inputs } = saying({ text: 'never said' })
  const graph = createJitAgentGraph({ model, tools: [] })
  await expect(runWithJit(graph, ask(), {}, {} as never)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
  await expect(wake(graph, {}, undefined as never)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
  expect(() => jitMiddleware({} as never)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  )
  expect(inputs).toEqual([])
})

it('a URL that is not listed is told to the application, whatever node runs the tool', async () => {
  const stage = await openStage()
  const away = jitTool(async (_, { jit }) => (await jit.fetch('https://evil.example/')).text(), {
    name: 'away',
    description: 'Goes elsewhere.',
    schema: z.object({ id: z.string() }),
  })
  const node = new ToolNode([away])
  const asked = new AIMessage({
    content: '',
    tool_calls: [{ id: 'c1', name: 'away', args: { id: '' }, type: 'tool_call' }],
  })
  for (const graph of [
    createJitAgentGraph({
      model: saying({ calls: [call('c1', '', 'away')] }).model,
      tools: [away],
    }),
    node,
  ]) {
    const input = graph === node ? { messages: [asked] } : ask()
    const run = runWithJit(graph as never, input as never, {} as never, { jit: stage.jit })
    await expect(run).rejects.toMatchObject({ code: 'ORIGIN_NOT_LISTED' })
  }
})

it('the graph says to its tools whether it has a checkpointer, where interrupt() looks for it', async () => {
  for (const checkpointer of [undefined, new MemorySaver()]) {
    let seen: boolean | undefined
    const look = tool(
      async (_, runtime) => {
        seen = hasCheckpointer(runtime as never)
        return 'looked'
      },
      { name: 'look', description: 'Looks.', schema: z.object({ id: z.string() }) },
    )
    const { model } = saying({ calls: [call('c1', '', 'look')] }, { text: 'done' })
    const more = checkpointer ? { checkpointer } : {}
    await createJitAgentGraph({ model, tools: [look], ...more }).invoke(ask(), thread())
    expect(seen).toBe(checkpointer !== undefined)
  }
})

it('what the model writes that no tool is called is told to it', async () => {
  const stage = await openStage()
  const { model } = saying({ calls: [call('c1', '', 'no_such_tool')] }, { text: 'sorry' })
  const graph = createJitAgentGraph({ model, tools: [stage.pay] })
  const { messages } = await runWithJit(graph, ask(), {}, { jit: stage.jit })
  const [told] = messages.filter((each) => ToolMessage.isInstance(each))
  expect(told?.text).toContain('Tool "no_such_tool" not found.')
})
