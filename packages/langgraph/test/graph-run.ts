import { join } from 'node:path'
import { HumanMessage } from '@langchain/core/messages'
import type { StructuredToolInterface } from '@langchain/core/tools'
import { tool } from '@langchain/core/tools'
import { BaseTracer, type Run } from '@langchain/core/tracers/base'
import { type BaseCheckpointSaver, Command } from '@langchain/langgraph'
import type {
  AdapterRun,
  AdapterSetup,
  Seen,
  SuiteArgs,
  SuiteTool,
  Tamper,
} from '@lumojit/conformance'
import { scriptedModel } from '@lumojit/conformance'
import { z } from 'zod'
import type { JitGraph, JitRunOptions } from '../src/index.ts'
import {
  jitTool,
  pendingPermissions,
  requestJitAccessTool,
  runWithJit,
  streamWithJit,
} from '../src/index.ts'
import { ScriptedChatModel, type SeenMessage } from './scripted-chat-model.ts'
import { SqliteSaver } from './sqlite-saver.ts'
import { tampered } from './tampered.ts'

type Json = Seen['results'][number]['told']

/** Builds one agent of the kind that is tested. */
export type Build = (parts: {
  readonly model: ScriptedChatModel
  readonly tools: readonly StructuredToolInterface[]
  readonly checkpointer?: BaseCheckpointSaver
  readonly setup: AdapterSetup
}) => JitGraph

/** How a run gets its task. */
export interface Lifecycle {
  invoke(graph: JitGraph, input: unknown, config: object, options: JitRunOptions): Promise<unknown>
  stream(
    graph: JitGraph,
    input: unknown,
    config: object,
    options: JitRunOptions,
  ): AsyncIterable<unknown>
}
const underRunWithJit: Lifecycle = { invoke: runWithJit, stream: streamWithJit }

/** Everything the graph would export to a tracing service. */
class Tracer extends BaseTracer {
  name = 'kept'
  readonly runs: unknown[] = []
  protected async persistRun(run: Run): Promise<void> {
    this.runs.push(plain(run))
  }
}

/** One run of an agent in a graph, for the suite: checkpoints in a file, all that is said by script. */
export class GraphRun implements AdapterRun {
  readonly #setup: AdapterSetup
  readonly #build: Build
  readonly #lifecycle: Lifecycle
  readonly #saver: SqliteSaver | undefined

  constructor(setup: AdapterSetup, build: Build, lifecycle = underRunWithJit) {
    this.#setup = setup
    this.#build = build
    this.#lifecycle = lifecycle
    if (setup.durable) this.#saver = new SqliteSaver(join(setup.directory, 'checkpoints.sqlite'))
  }

  start(input: string, options: { readonly signal?: AbortSignal } = {}): Promise<Seen> {
    return this.#go(crypto.randomUUID(), { messages: [new HumanMessage(input)] }, options.signal)
  }

  resume(
    thread: string,
    options: { readonly signal?: AbortSignal; readonly tamper?: Tamper } = {},
  ): Promise<Seen> {
    const { tamper } = options
    if (tamper) this.#saver?.edit(thread, (value) => tampered(value, tamper))
    const input =
      tamper?.kind === 'approve-locally'
        ? new Command({ resume: true })
        : tamper?.kind === 'resume-value'
          ? new Command({ resume: tamper.value })
          : tamper?.kind === 'new-user-input'
            ? { messages: [new HumanMessage(tamper.text)] }
            : null
    return this.#go(thread, input, options.signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#saver?.close()
  }

  async #go(thread: string, input: unknown, signal?: AbortSignal): Promise<Seen> {
    const { jit, subject, stream, nested, turns, pending, escalate, waitMs } = this.#setup
    const script = scriptedModel(turns)
    const model = new ScriptedChatModel((messages) => script.next(messages as unknown as Json))
    const saver = this.#saver ? { checkpointer: this.#saver } : {}
    const setup = this.#setup
    const inner = this.#build({ model, tools: this.#tools(), setup, ...(nested ? {} : saver) })
    const graph = nested ? this.#around(inner, saver) : inner
    const tracer = new Tracer()
    const config = {
      configurable: { thread_id: thread },
      recursionLimit: 500,
      callbacks: [tracer],
      ...(signal ? { signal } : {}),
    }
    const options = {
      jit,
      task: { onBehalfOf: subject },
      pending,
      escalate,
      ...(waitMs === undefined ? {} : { waitMs }),
    }
    const shown: unknown[] = []
    let status: Seen['status'] = 'failed'
    let error: unknown
    let text: string | undefined
    let waiting: Seen['pending'] = []
    try {
      let messages: unknown
      if (stream) {
        const streamMode = ['values', 'updates', 'messages', 'custom', 'debug']
        const asked = { ...config, streamMode }
        for await (const chunk of this.#lifecycle.stream(graph, input, asked, options)) {
          shown.push(plain(chunk))
          const [mode, value] = chunk as [string, { messages: unknown }]
          if (mode === 'values') messages = value.messages
        }
      } else {
        const output = (await this.#lifecycle.invoke(graph, input, config, options)) as {
          messages: unknown
        }
        shown.push(plain(output))
        messages = output.messages
      }
      waiting = (await pendingPermissions(graph, config)).map(
        ({ interruptId, callId, key, ...approval }) => approval,
      )
      status = waiting.length > 0 ? 'paused' : 'finished'
      if (status === 'finished') text = (messages as HumanMessage[]).at(-1)?.text
    } catch (caught) {
      error = caught
    }
    const last = (script.inputs.at(-1) ?? []) as unknown as readonly SeenMessage[]
    return {
      status,
      ...(text === undefined ? {} : { text }),
      results: last.flatMap(({ role, callId = '', tool: name = '', content }) =>
        role === 'tool' ? [{ callId, tool: name, told: content }] : [],
      ),
      pending: waiting,
      state: thread,
      modelInputs: script.inputs,
      shown: [...shown, tracer.runs],
      ...(error === undefined ? {} : { error }),
    }
  }

  #tools(): StructuredToolInterface[] {
    const { tools, escalate, swallow } = this.#setup
    const own = tools.map((each) => made(each, swallow)) as StructuredToolInterface[]
    return escalate === 'model' ? [...own, requestJitAccessTool()] : own
  }

  /** An outer agent whose only tool is the inner one. */
  #around(inner: JitGraph, saver: { checkpointer?: SqliteSaver }): JitGraph {
    const delegate = tool(
      async () => {
        const { messages } = await inner.invoke(
          { messages: [new HumanMessage('do it')] },
          { recursionLimit: 500 },
        )
        return messages.at(-1).text
      },
      { name: 'delegate', description: 'Has it done.', schema: z.object({}) },
    )
    const model = new ScriptedChatModel((messages) => {
      const last = messages.at(-1)
      return last?.role === 'tool'
        ? { text: last.content }
        : { calls: [{ id: 'outer', tool: 'delegate', args: {} }] }
    })
    const setup = { ...this.#setup, swallow: false }
    return this.#build({ model, tools: [delegate], setup, ...saver })
  }
}

function made(suite: SuiteTool, swallow: boolean) {
  const { name, description, permissions, execute } = suite
  const schema = z.object(Object.fromEntries(suite.parameters.map((each) => [each, z.string()])))
  return jitTool(
    async (args, { jit }) => {
      const work = execute(args as SuiteArgs, jit)
      return swallow ? work.catch(() => ({ swallowed: true })) : work
    },
    {
      name,
      description,
      schema,
      ...(permissions ? { permissions: (args: SuiteArgs) => permissions(args) } : {}),
    },
  )
}

/** What can be read of it, without the clients and graphs it leads to. */
function plain(value: unknown): unknown {
  const seen = new WeakSet<object>()
  return JSON.parse(
    JSON.stringify(value, (_, held) => {
      if (typeof held !== 'object' || held === null) return held
      if (seen.has(held)) return '[again]'
      seen.add(held)
      return held instanceof Error ? { ...held, text: String(held), stack: held.stack } : held
    }) ?? 'null',
  )
}
