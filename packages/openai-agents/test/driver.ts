import type {
  AdapterDriver,
  AdapterRun,
  AdapterSetup,
  Seen,
  SuiteArgs,
  SuiteTool,
  Tamper,
} from '@lumojit/conformance'
import { scriptedModel } from '@lumojit/conformance'
import {
  Agent,
  type AgentInputItem,
  type Model,
  type ModelRequest,
  type ModelResponse,
  RunState,
  type Span,
  setTraceProcessors,
  setTracingDisabled,
  type Tool,
  Usage,
} from '@openai/agents'
import { z } from 'zod'
import { createJitRunner, jitTool, pendingPermissions, requestJitAccessTool } from '../src/index.ts'
import { tampered } from './tampered.ts'

type Output = ModelResponse['output']
type Json = Seen['results'][number]['told']

/** Everything the SDK would export to a tracing service. */
export const spans: unknown[] = []
// The SDK traces nothing where it finds itself under test.
setTracingDisabled(false)
setTraceProcessors([
  {
    onTraceStart: async () => {},
    onTraceEnd: async () => {},
    onSpanStart: async () => {},
    onSpanEnd: async (span: Span<never>) => void spans.push(span.toJSON()),
    shutdown: async () => {},
    forceFlush: async () => {},
  },
])

const driver: AdapterDriver = {
  name: '@lumojit/openai-agents',
  module: new URL(import.meta.url),
  detectsDurability: false,
  skips: [],
  open: async (setup) => new AgentsRun(setup),
}
export default driver

class AgentsRun implements AdapterRun {
  readonly #setup: AdapterSetup
  constructor(setup: AdapterSetup) {
    this.#setup = setup
  }

  start(input: string, options: { readonly signal?: AbortSignal } = {}): Promise<Seen> {
    return this.#go(async () => input, options.signal)
  }

  resume(
    state: string,
    options: { readonly signal?: AbortSignal; readonly tamper?: Tamper } = {},
  ): Promise<Seen> {
    const { tamper } = options
    return this.#go(async (agent) => {
      const read = await RunState.fromString(agent, tamper ? tampered(state, tamper) : state)
      for (const item of read.getInterruptions()) {
        if (tamper?.kind === 'approve-locally' || tamper?.kind === 'resume-value')
          read.approve(item)
        if (tamper?.kind === 'new-user-input') read.reject(item, { message: 'The user moved on.' })
      }
      if (tamper?.kind === 'new-user-input') read.addInput(tamper.text)
      return read
    }, options.signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #go(
    prepare: (agent: Agent) => Promise<string | RunState<unknown, Agent>>,
    signal?: AbortSignal,
  ): Promise<Seen> {
    const { jit, subject, stream, nested, turns, pending, escalate, waitMs } = this.#setup
    const script = scriptedModel(turns)
    const inner = new Agent({
      name: 'worker',
      model: said((input) => {
        const turn = script.next(input as unknown as Json)
        return 'text' in turn
          ? saying(turn.text)
          : turn.calls.map(({ id, tool, args }) => calling(id, tool, args))
      }),
      tools: this.#tools(),
    })
    const agent = nested ? around(inner) : inner
    const runner = createJitRunner(jit, {
      pending,
      escalate,
      ...(waitMs === undefined ? {} : { waitMs }),
    })
    const options = { task: { onBehalfOf: subject }, ...(signal ? { signal } : {}), maxTurns: 100 }
    const began = spans.length
    const shown: unknown[] = []
    let status: Seen['status'] = 'failed'
    let error: unknown
    let state = ''
    let text: string | undefined
    let waiting: Seen['pending'] = []
    try {
      const input = await prepare(agent)
      const result = stream
        ? await runner.stream(agent, input, options)
        : await runner.run(agent, input, options)
      if ('completed' in result) {
        for await (const event of result) shown.push(event)
        await result.completed
      }
      state = result.state.toString()
      waiting = pendingPermissions(result).map(({ interruption, callId, ...approval }) => approval)
      if ('cancelled' in result && result.cancelled) throw new Error('The stream was cancelled.')
      status = result.interruptions.length > 0 ? 'paused' : 'finished'
      text = status === 'finished' ? String(result.finalOutput) : undefined
      shown.push(result, result.newItems, result.rawResponses, result.history)
    } catch (caught) {
      error = caught
    }
    const last = (script.inputs.at(-1) ?? []) as unknown as string | AgentInputItem[]
    return {
      status,
      ...(text === undefined ? {} : { text }),
      results: typeof last === 'string' ? [] : last.flatMap(told),
      pending: waiting,
      state,
      modelInputs: script.inputs,
      shown: [...shown, spans.slice(began)],
      ...(error === undefined ? {} : { error }),
    }
  }

  #tools(): Tool[] {
    const { tools, escalate, swallow } = this.#setup
    const own = tools.map((each) => made(each, swallow))
    return escalate === 'model' ? [...own, requestJitAccessTool()] : own
  }
}

function made(suite: SuiteTool, swallow: boolean): Tool {
  const { name, description, permissions, execute } = suite
  const parameters = z.object(
    Object.fromEntries(suite.parameters.map((each) => [each, z.string()])),
  )
  const tool = jitTool({
    name,
    description,
    parameters,
    ...(permissions ? { permissions: (args: SuiteArgs) => permissions(args) } : {}),
    ...(swallow ? { errorFunction: (_, thrown) => `Something went wrong: ${thrown}` } : {}),
    execute: async (args, _, { jit }) => {
      const work = execute(args, jit)
      return swallow ? work.catch(() => ({ swallowed: true })) : work
    },
  })
  return tool
}

/** An outer agent whose only tool is the inner agent. */
function around(inner: Agent): Agent {
  return new Agent({
    name: 'manager',
    model: said((input) => {
      const last = typeof input === 'string' ? undefined : input.at(-1)
      return last?.type === 'function_call_result'
        ? saying(JSON.stringify(last.output))
        : [calling('outer', 'delegate', { input: 'do it' })]
    }),
    tools: [inner.asTool({ toolName: 'delegate', toolDescription: 'Has it done.' }) as never],
  })
}

function told(item: AgentInputItem): Seen['results'] {
  if (item.type !== 'function_call_result') return []
  const { callId, name, output } = item
  return [{ callId, tool: name, told: output as unknown as Json }]
}

const saying = (text: string): Output => [
  {
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text }],
  },
]
const calling = (callId: string, name: string, args: object): Output[number] => ({
  type: 'function_call',
  callId,
  name,
  arguments: JSON.stringify(args),
  status: 'completed',
})

/** A model that answers at once, streamed or not. */
function said(answer: (input: ModelRequest['input']) => Output): Model {
  return {
    getResponse: async ({ input }) => ({ usage: new Usage(), output: answer(input) }),
    async *getStreamedResponse({ input }) {
      yield { type: 'response_started' } as never
      const output = answer(input)
      yield {
        type: 'response_done',
        response: {
          id: crypto.randomUUID(),
          usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
          output,
        },
      } as never
    },
  }
}
