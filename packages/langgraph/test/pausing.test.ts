import { AIMessage, ToolMessage } from '@langchain/core/messages'
import { type ToolRuntime, tool } from '@langchain/core/tools'
import {
  Annotation,
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  RunControl,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { memoryStore } from '@lumojit/core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import {
  abandon,
  createJitAgentGraph,
  createJitToolNode,
  jitTool,
  journal,
  pendingPermissions,
  runWithJit,
  shouldContinue,
  streamWithJit,
  wake,
} from '../src/index.ts'
import { answersIn, ask, call, openStage, saying, sendPayment, thread, toldOf } from './stage.ts'

const task = { onBehalfOf: 'alice@acme-corp.com' }
const id = z.object({ id: z.string() })

it('pause:resume-is-only-a-wake-up — what a thread is resumed with goes to the application’s own interrupt', async () => {
  const stage = await openStage()
  // Late enough that another call could have taken the answer away.
  const confirm = jitTool(
    async (_, { jit }) => {
      for (const each of ['plan', 'note', 'rule']) {
        await jit.fetch(`${stage.world.api.url}/v1/documents/${each}`)
      }
      return `confirmed: ${interrupt('sure?')}`
    },
    { name: 'confirm', description: 'Asks the user.', schema: id },
  )
  const { model, inputs } = saying(
    { calls: [call('c1', 'alpha'), call('c2', 'beta', 'confirm'), call('c3', 'gamma')] },
    { text: 'done' },
  )
  const tools = [stage.pay, confirm]
  const graph = createJitAgentGraph({ model, tools, checkpointer: new MemorySaver() })
  const [config, options] = [thread(), { jit: stage.jit, task }]
  const first = (await runWithJit(graph, ask(), config, options)) as { __interrupt__?: unknown[] }
  expect(new Set(first.__interrupt__?.map((each) => JSON.stringify(each))).size).toBe(3)

  await runWithJit(graph, new Command({ resume: 'yes' }), config, options)
  expect(stage.paid()).toEqual([])
  expect((await pendingPermissions(graph, config)).map(({ callId }) => callId)).toEqual([
    'c1',
    'c3',
  ])
  await stage.approve()
  await wake(graph, config, options)
  expect(toldOf(inputs, 'c2')).toBe('confirmed: yes')
  expect([...stage.paid()].sort()).toEqual(['alpha', 'gamma'])
  expect(await stage.world.human.pending()).toEqual([])
})

it('pause:siblings-once — a tool that returns a Command is done once, and its Command is read back', async () => {
  const stage = await openStage()
  let moves = 0
  const move = tool(
    async (_, { toolCallId }: ToolRuntime) => {
      moves += 1
      const messages = [new ToolMessage({ content: 'moved', tool_call_id: toolCallId })]
      return new Command({ update: { messages, place: 'hall' } })
    },
    { name: 'move', description: 'Moves.', schema: id },
  )
  const { model, inputs } = saying(
    { calls: [call('c1', 'hall', 'move'), call('c2', 'alpha')] },
    { text: 'done' },
  )
  const State = Annotation.Root({ ...MessagesAnnotation.spec, place: Annotation<string> })
  const graph = new StateGraph(State)
    .addNode('agent', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode('tools', createJitToolNode([stage.pay, move]))
    .addEdge(START, 'agent')
    .addConditionalEdges(
      'agent',
      ({ messages }) => ((messages.at(-1) as AIMessage).tool_calls?.length ? 'tools' : END),
      ['tools', END],
    )
    .addEdge('tools', 'agent')
    .compile({ checkpointer: new MemorySaver() })
  const [config, options] = [thread(), { jit: stage.jit, task }]
  await runWithJit(graph, ask(), config, options)
  await stage.approve()
  const { place } = await wake(graph, config, options)
  expect(place).toBe('hall')
  expect(moves).toBe(1)
  expect(toldOf(inputs, 'c1')).toBe('moved')
  expect(stage.paid()).toEqual(['alpha'])
})

it('a tool that hands over to another node takes the graph there', async () => {
  const stage = await openStage()
  const leave = tool(
    async (_, { toolCallId }: ToolRuntime) =>
      new Command({
        update: { messages: [new ToolMessage({ content: 'left', tool_call_id: toolCallId })] },
        goto: 'desk',
      }),
    { name: 'leave', description: 'Hands over.', schema: id },
  )
  const { model } = saying({ calls: [call('c1', 'x', 'leave')] })
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('agent', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode('tools', createJitToolNode([leave]), { ends: ['desk'] })
    .addNode('desk', () => ({ messages: [new AIMessage('at the desk')] }))
    .addEdge(START, 'agent')
    .addEdge('agent', 'tools')
    .compile()
  const { messages } = await runWithJit(graph, ask(), {}, { jit: stage.jit })
  expect(messages.at(-1)?.text).toBe('at the desk')
})

it('pause:auto — without a checkpointer a call waits where it is', async () => {
  const stage = await openStage({
    onEvent: ({ type }) => void (type === 'request-pending' && stage.approve()),
  })
  const { model } = saying({ calls: [call('c1', 'alpha')] }, { text: 'paid' })
  const graph = createJitAgentGraph({ model, tools: [stage.pay] })
  const { messages } = await runWithJit(graph, ask(), thread(), { jit: stage.jit, task })
  expect(messages.at(-1)?.text).toBe('paid')
  expect(stage.paid()).toEqual(['alpha'])
  expect(stage.taskStates()).toEqual(['completed'])
})

it('pause:auto — without a checkpointer, a wait that ends early is told, and its question taken back', async () => {
  const stage = await openStage()
  const { model, inputs } = saying({ calls: [call('c1', 'alpha')] }, { text: 'not now' })
  const graph = createJitAgentGraph({ model, tools: [stage.pay] })
  const options = { jit: stage.jit, task, waitMs: 0 }
  await runWithJit(graph, ask(), thread(), options)
  expect(JSON.parse(toldOf(inputs, 'c1') ?? '')).toMatchObject({ code: 'EXPIRED', retryable: true })
  expect(await stage.world.human.pending()).toEqual([])
})

it('a run that must pause and has no place to do so is a mistake of the application', async () => {
  const stage = await openStage()
  const { model } = saying({ calls: [call('c1', 'alpha')] })
  const graph = createJitAgentGraph({ model, tools: [stage.pay] })
  const options = { jit: stage.jit, task, pending: 'suspend' as const }
  await expect(runWithJit(graph, ask(), thread(), options)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  })
  expect(await stage.world.human.pending()).toEqual([])
})

it('pause:block-mode — a process that is asked to leave pauses what it waits for', async () => {
  const control = new RunControl()
  const stage = await openStage({
    onEvent: ({ type }) => void (type === 'request-pending' && control.requestDrain('SIGTERM')),
  })
  const { model } = saying({ calls: [call('c1', 'alpha')] }, { text: 'paid' })
  const graph = createJitAgentGraph({ model, tools: [stage.pay], checkpointer: new MemorySaver() })
  const [config, options] = [thread(), { jit: stage.jit, task, pending: 'block' as const }]
  await runWithJit(graph, ask(), { ...config, control }, options)
  expect(await pendingPermissions(graph, config)).toHaveLength(1)
  await stage.approve()
  const { messages } = await wake(graph, config, options)
  expect(messages.at(-1)?.text).toBe('paid')
  expect(stage.paid()).toEqual(['alpha'])
})

it('pause:block-mode — a process that is asked to leave while it waits does not wait for the end of a poll', async () => {
  const control = new RunControl()
  const stage = await openStage()
  const { model } = saying({ calls: [call('c1', 'alpha')] })
  const graph = createJitAgentGraph({ model, tools: [stage.pay], checkpointer: new MemorySaver() })
  const [config, options] = [thread(), { jit: stage.jit, task, pending: 'block' as const }]
  const running = runWithJit(graph, ask(), { ...config, control }, options)
  await stage.world.human.waitForPending(1)
  await stage.world.clock.advance(7_000)
  control.requestDrain('SIGTERM')
  const asked = stage.world.clock.now()
  await stage.world.clock.until(running)
  expect(stage.world.clock.now() - asked).toBeLessThanOrEqual(5_000)
  expect(await pendingPermissions(graph, config)).toHaveLength(1)
})

it('pause:block-mode — a node with an idle timeout hears every two seconds that its call waits', async () => {
  const stage = await openStage()
  const { model } = saying({ calls: [call('c1', 'alpha')] }, { text: 'paid' })
  let beats = 0
  const counting = {
    name: 'pay',
    invoke: (input: unknown, { heartbeat, ...config }: { heartbeat?: () => void }) => {
      const beat = () => {
        beats += 1
        heartbeat?.()
      }
      // LangGraph gives one to the nodes that have such a timeout, and to those alone.
      const given = { ...config, ...(heartbeat && { heartbeat: beat }) }
      return stage.pay.invoke(input as never, given as never)
    },
  }
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('agent', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode('tools', createJitToolNode([counting as never]), { timeout: { idleTimeout: 60_000 } })
    .addEdge(START, 'agent')
    .addConditionalEdges('agent', shouldContinue, ['tools', END])
    .addEdge('tools', 'agent')
    .compile()
  const running = runWithJit(graph, ask(), {}, { jit: stage.jit, task })
  await stage.world.human.waitForPending(1)
  await stage.world.clock.advance(20_000)
  expect(beats).toBeGreaterThanOrEqual(10)
  await stage.approve()
  await stage.world.clock.until(running)
  expect(stage.paid()).toEqual(['alpha'])
})

it.each([
  ['as it is, an API without keys is asked twice for what came first', false, ['x', 'x', 'y']],
  ['each in the journal: once, whatever the API does', true, ['x', 'y']],
])(
  'pause:two-escalations-in-one-tool — two payments in one tool, %s',
  async (_, kept, payments) => {
    const stage = await openStage()
    const { url } = stage.world.api
    const both = jitTool(
      async (_, { jit }) => {
        const pay = (invoice: string) => sendPayment(jit, url, invoice)
        const once = kept ? journal('pay', pay) : pay
        return [await once('x'), await once('y')]
      },
      { name: 'both', description: 'Pays two.', schema: id },
    )
    const { model, inputs } = saying({ calls: [call('c1', '', 'both')] }, { text: 'paid' })
    const graph = createJitAgentGraph({ model, tools: [both], checkpointer: new MemorySaver() })
    const [config, options] = [thread(), { jit: stage.jit, task }]
    await runWithJit(graph, ask(), config, options)
    await stage.approve()
    await wake(graph, config, options)
    expect(await pendingPermissions(graph, config)).toHaveLength(1)
    await stage.approve()
    await wake(graph, config, options)
    expect(stage.paid()).toEqual(payments)
    expect(toldOf(inputs, 'c1')).toContain('"x"')
    expect(toldOf(inputs, 'c1')).toContain('"y"')
  },
)

it('a step of the journal that is refused is told as a refusal, and so is its memory', async () => {
  const stage = await openStage()
  const { url } = stage.world.api
  const codes: unknown[] = []
  const both = jitTool(
    async (_, { jit }) => {
      const pay = journal('pay', (invoice: string) => sendPayment(jit, url, invoice))
      await pay('x').catch((error) => codes.push(error.code))
      return pay('y')
    },
    { name: 'both', description: 'Pays two.', schema: id },
  )
  const { model, inputs } = saying({ calls: [call('c1', '', 'both')] }, { text: 'done' })
  const graph = createJitAgentGraph({ model, tools: [both], checkpointer: new MemorySaver() })
  const [config, options] = [thread(), { jit: stage.jit, task }]
  await runWithJit(graph, ask(), config, options)
  await stage.deny()
  await wake(graph, config, options)
  await stage.approve()
  await wake(graph, config, options)
  // The first is the pause itself, which a tool had better let pass.
  expect(codes).toEqual([undefined, 'DENIED', 'DENIED'])
  expect(toldOf(inputs, 'c1')).toContain('"y"')
  expect(stage.paid()).toEqual(['y'])
})

it.each([
  ['wakes', wake],
  ['streams', streamed],
] as const)(
  'claim:one-winner — of two %s at once one does it and the other leaves the thread to it',
  async (_, goOn) => {
    const stage = await openStage({ store: memoryStore() })
    const { model } = saying(
      { calls: [call('c1', 'alpha')] },
      { calls: [call('c2', 'beta')] },
      { text: 'paid' },
    )
    const graph = createJitAgentGraph({
      model,
      tools: [stage.pay],
      checkpointer: new MemorySaver(),
    })
    const [config, options] = [thread(), { jit: stage.jit, task }]
    await runWithJit(graph, ask(), config, options)
    await stage.approve()
    const both = await stage.world.clock.until(
      Promise.allSettled([goOn(graph, config, options), goOn(graph, config, options)]),
    )
    expect(stage.paid()).toEqual(['alpha'])
    const lost = both.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []))
    expect(lost).toEqual(['CLAIMED_ELSEWHERE'])
    // What the winner asked for next is still open.
    expect(await stage.world.human.pending()).toHaveLength(1)
    await stage.approve()
    await wake(graph, config, options)
    expect(stage.paid()).toEqual(['alpha', 'beta'])
    const { messages } = (await graph.getState(config)).values
    expect(answersIn(messages)).toEqual([
      expect.stringContaining('alpha'),
      expect.stringContaining('beta'),
    ])
    expect(stage.taskStates()).toEqual(['completed'])
  },
)

it('pause:abandoned-is-cancelled — new input takes the question back, and the model is told of its call', async () => {
  const stage = await openStage()
  const { model, inputs } = saying({ calls: [call('c1', 'alpha')] }, { text: 'as you like' })
  const graph = createJitAgentGraph({ model, tools: [stage.pay], checkpointer: new MemorySaver() })
  const [config, options] = [thread(), { jit: stage.jit, task }]
  await runWithJit(graph, ask(), config, options)
  expect(await stage.world.human.pending()).toHaveLength(1)
  await runWithJit(graph, ask('Never mind.'), config, options)
  expect(await stage.world.human.pending()).toEqual([])
  expect(toldOf(inputs, 'c1')).toMatch(/^Not done/)
  expect(stage.taskStates()).toEqual(['completed'])
})

it('pause:abandoned-is-cancelled — a thread that never goes on gives everything back', async () => {
  const stage = await openStage()
  const { model } = saying({ calls: [call('c1', 'alpha')] })
  const graph = createJitAgentGraph({ model, tools: [stage.pay], checkpointer: new MemorySaver() })
  const [config, options] = [thread(), { jit: stage.jit, task }]
  await runWithJit(graph, ask(), config, options)
  await abandon(graph, config, options)
  expect(await stage.world.human.pending()).toEqual([])
  expect(stage.taskStates()).toEqual(['completed'])
})

it('end:revokes-all — whoever stops reading a stream ends its run', async () => {
  const stage = await openStage()
  const { model } = saying({ calls: [call('c1', 'plan', 'note')] }, { text: 'never read' })
  const graph = createJitAgentGraph({ model, tools: [stage.note] })
  const config = { streamMode: 'updates' as const }
  for await (const chunk of streamWithJit(graph, ask(), config, { jit: stage.jit, task })) {
    if ('tools' in chunk) break
  }
  expect(stage.noted()).toBe(1)
  expect(stage.taskStates()).toEqual(['completed'])
})

async function streamed(...[graph, config, options]: Parameters<typeof wake>): Promise<void> {
  for await (const _ of streamWithJit(graph, null, { ...config, streamMode: 'values' }, options));
}
