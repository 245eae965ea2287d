import { tool } from '@langchain/core/tools'
import { MemorySaver } from '@langchain/langgraph'
import type { ModelTurn } from '@lumojit/conformance'
import { createAgent, createMiddleware, toolRetryMiddleware } from 'langchain'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { pendingPermissions } from '../src/index.ts'
import { type JitMiddlewareOptions, jitMiddleware } from '../src/langchain.ts'
import { ask, call, openStage, type Stage, saying, thread, toldOf } from './stage.ts'

type Turns = readonly ModelTurn[]
const contextSchema = z.object({ user: z.string() })
const as = (user: string) => ({ context: { user } })
const alice = as('alice@acme-corp.com')

/** An agent as somebody else would invoke it. */
function agentOf(
  stage: Stage,
  turns: Turns,
  more: Partial<JitMiddlewareOptions> & { readonly checkpointer?: MemorySaver } = {},
) {
  const { model, inputs } = saying(...turns)
  const { checkpointer = new MemorySaver(), ...options } = more
  const lumojit = jitMiddleware({
    jit: stage.jit,
    contextSchema,
    task: ({ user }: { user: string }) => ({ onBehalfOf: user }),
    ...options,
  } as never)
  const boom = tool(
    async () => {
      throw new Error('boom')
    },
    { name: 'boom', description: 'Fails.', schema: z.object({ n: z.number() }) },
  )
  const make = (middleware: readonly unknown[]) =>
    createAgent({
      model,
      tools: [stage.pay, stage.note, boom],
      checkpointer,
      middleware: middleware as never,
    }).graph
  return { make, graph: make([lumojit]), lumojit, inputs }
}
const invoke = (graph: unknown, input: unknown, config: object) =>
  (graph as { invoke(input: unknown, config: object): Promise<unknown> }).invoke(input, config)

it('tells the model of a tool that fails as it is told without the middleware', async () => {
  const stage = await openStage()
  const calls = [
    { id: 'c1', tool: 'boom', args: { n: 1 } as never },
    { id: 'c2', tool: 'boom', args: { n: 'one' } as never },
    call('c3', 'x', 'no_such_tool'),
  ]
  const turns: Turns = [{ calls }, { text: 'done' }]
  const bare = agentOf(stage, turns)
  await invoke(bare.make([]), ask(), { ...thread(), ...alice })
  const ours = agentOf(stage, turns)
  await invoke(ours.graph, ask(), { ...thread(), ...alice })
  for (const id of ['c1', 'c2', 'c3']) {
    expect(toldOf(bare.inputs, id)).toBeTruthy()
    expect(unplaced(toldOf(ours.inputs, id))).toBe(unplaced(toldOf(bare.inputs, id)))
  }
})

it('pause:latch — retries within it cannot take a pause for a failure, and still retry failures', async () => {
  const stage = await openStage()
  let tries = 0
  const counting = createMiddleware({
    name: 'counting',
    wrapToolCall: (request, handler) => {
      if (request.toolCall.name === 'boom') tries += 1
      return handler(request)
    },
  })
  const calls = [call('c1', 'alpha'), { id: 'c2', tool: 'boom', args: { n: 1 } as never }]
  const { make, lumojit, inputs } = agentOf(stage, [{ calls }, { text: 'done' }])
  const retry = toolRetryMiddleware({ maxRetries: 2, initialDelayMs: 1, jitter: false })
  const graph = make([lumojit, retry, counting])
  const config = { ...thread(), ...alice }
  await invoke(graph, ask(), config)
  expect(tries).toBe(3)
  expect(await pendingPermissions(graph, config)).toHaveLength(1)
  await stage.approve()
  await invoke(graph, null, config)
  expect(stage.paid()).toEqual(['alpha'])
  expect(toldOf(inputs, 'c2')).toContain('boom')
})

it('another person’s wake of the same thread is worth nothing, and spoils nothing', async () => {
  const stage = await openStage()
  const { graph } = agentOf(stage, [{ calls: [call('c1', 'alpha')] }, { text: 'paid' }])
  const here = thread()
  await invoke(graph, ask(), { ...here, ...alice })
  await stage.approve()
  await invoke(graph, null, { ...here, ...as('bob@acme-corp.com') })
  expect(stage.paid()).toEqual([])
  expect(await stage.world.human.pending()).toHaveLength(1)
})

it('pause:second-run-asks-nobody — another engine goes on by the checkpoint alone', async () => {
  const stage = await openStage()
  const checkpointer = new MemorySaver()
  const turn = { calls: [call('c1', 'alpha')] }
  const config = { ...thread(), ...alice }
  await invoke(agentOf(stage, [turn], { checkpointer }).graph, ask(), config)
  const [request] = await stage.world.human.pending()
  const elsewhere = (turns: Turns) =>
    agentOf(stage, turns, { checkpointer, jit: stage.world.jit() }).graph
  await invoke(elsewhere([]), null, config)
  expect((await stage.world.human.pending()).map((each) => each.requestId)).toEqual([
    request?.requestId,
  ])
  await stage.approve()
  await invoke(elsewhere([{ text: 'paid' }]), null, config)
  expect(stage.paid()).toEqual(['alpha'])
})

it('pause:abandoned-is-cancelled — new input takes the question back and ends its task', async () => {
  const stage = await openStage()
  const { graph } = agentOf(stage, [{ calls: [call('c1', 'alpha')] }, { text: 'as you like' }])
  const config = { ...thread(), ...alice }
  await invoke(graph, ask(), config)
  await invoke(graph, ask('Never mind.'), config)
  expect(await stage.world.human.pending()).toEqual([])
  expect(stage.taskStates()).toEqual(['completed'])
})

it('end:revokes-all — after a model that failed', async () => {
  const stage = await openStage()
  const turns: Turns = [{ calls: [call('c1', 'plan', 'note')] }, { fails: 'not available' }]
  const { graph } = agentOf(stage, turns)
  await expect(invoke(graph, ask(), { ...thread(), ...alice })).rejects.toThrow('not available')
  expect(stage.taskStates()).toEqual(['completed'])
})

it('end:revokes-all — after an abort in the middle of a wait', async () => {
  const abort = new AbortController()
  const stage = await openStage({
    onEvent: ({ type }) => void (type === 'request-pending' && abort.abort(new Error('gone'))),
  })
  const turns: Turns = [{ calls: [call('c1', 'alpha')] }]
  const { graph, lumojit } = agentOf(stage, turns, { pending: 'block' })
  const config = { ...thread(), ...alice, signal: abort.signal }
  await expect(invoke(graph, ask(), config)).rejects.toThrow()
  await lumojit.settled()
  expect(stage.taskStates()).toEqual(['completed'])
  expect(await stage.world.human.pending()).toEqual([])
})

it('claim:one-winner — of two wakes at once one does it', async () => {
  const stage = await openStage()
  const turns: Turns = [{ calls: [call('c1', 'alpha')] }, { text: 'paid' }, { text: 'again' }]
  const { graph } = agentOf(stage, turns)
  const config = { ...thread(), ...alice }
  await invoke(graph, ask(), config)
  await stage.approve()
  const both = await stage.world.clock.until(
    Promise.allSettled([invoke(graph, null, config), invoke(graph, null, config)]),
  )
  expect(stage.paid()).toEqual(['alpha'])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

/** Without the lines that say where in the source it was thrown. */
function unplaced(text = ''): string {
  return text.replace(/^ +at (?!n$).*\n/gm, '')
}
