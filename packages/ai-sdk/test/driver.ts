import {
  createJitAI,
  type JitAI,
  jitTool,
  pendingPermissions,
  requestJitAccessTool,
} from '@lumojit/ai-sdk'
import {
  type AdapterDriver,
  type AdapterRun,
  type AdapterSetup,
  type ScriptedModel,
  type Seen,
  type SuiteTool,
  scriptedModel,
  type Tamper,
} from '@lumojit/conformance'
import {
  convertToModelMessages,
  isStepCount,
  jsonSchema,
  type LanguageModel,
  type ModelMessage,
  readUIMessageStream,
  type ToolSet,
  toUIMessageStream,
  type UIMessage,
} from 'ai'
import { delegating, scripted, toldIn } from './mock-model.ts'
import { type Saved, tampered } from './tamper.ts'

/**
 * Streamed runs go the way of a browser: UI messages, `settleUI`, parts. The others keep model
 * messages. Runs that swallow errors are runs of an agent.
 */
const driver: AdapterDriver = {
  name: '@lumojit/ai-sdk',
  module: new URL(import.meta.url),
  detectsDurability: false,
  skips: [],
  open: async (setup) => new SdkRun(setup),
}
export default driver

const STEPS = isStepCount(80)

class SdkRun implements AdapterRun {
  readonly #setup: AdapterSetup
  readonly #ai: JitAI
  readonly #model: ScriptedModel
  readonly #shown: unknown[] = []

  constructor(setup: AdapterSetup) {
    const { jit, pending, waitMs, escalate, subject } = setup
    this.#setup = setup
    this.#model = scriptedModel(setup.turns)
    this.#ai = createJitAI(jit, {
      task: { name: 'A run of the suite', onBehalfOf: subject },
      pending,
      escalate,
      ...(waitMs === undefined ? {} : { waitMs }),
    })
  }

  async start(input: string, options: { readonly signal?: AbortSignal } = {}): Promise<Seen> {
    const saved: Saved = this.#setup.stream
      ? {
          kind: 'ui',
          messages: [{ id: 'first', role: 'user', parts: [{ type: 'text', text: input }] }],
        }
      : { kind: 'model', messages: [{ role: 'user', content: input }] }
    return this.#go(saved, options.signal)
  }

  async resume(
    state: string,
    { signal, tamper }: { readonly signal?: AbortSignal; readonly tamper?: Tamper } = {},
  ): Promise<Seen> {
    const before = JSON.parse(state) as Saved
    const saved = tamper ? tampered(before, tamper) : before
    // An application that takes the client's word: the attack must fail all the same.
    if (tamper?.kind === 'approve-locally') return this.#go(saved, signal)
    const { ready, messages } =
      saved.kind === 'ui'
        ? await this.#ai.settleUI(saved.messages)
        : await this.#ai.settle(saved.messages)
    const settled = { ...saved, messages } as Saved
    return ready ? this.#go(settled, signal) : this.#seen(before, { status: 'paused' })
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #go(saved: Saved, signal: AbortSignal | undefined): Promise<Seen> {
    try {
      const { after, text } =
        saved.kind === 'ui'
          ? await this.#stream(saved, signal)
          : await this.#generate(saved, signal)
      const paused = pendingPermissions(after.messages).length > 0
      return this.#seen(after, paused ? { status: 'paused' } : { status: 'finished', text })
    } catch (error) {
      return this.#seen(saved, { status: 'failed', error })
    }
  }

  async #generate(saved: Saved & { kind: 'model' }, signal: AbortSignal | undefined) {
    const { messages } = saved
    const { nested, swallow } = this.#setup
    const call = { model: this.#outerModel(), tools: this.#outerTools(), stopWhen: STEPS }
    const abort = signal ? { abortSignal: signal } : {}
    const listeners = {
      onStepEnd: (step: unknown) => void this.#shown.push(step),
      onToolExecutionEnd: (event: unknown) => void this.#shown.push(event),
    }
    const result =
      swallow && !nested
        ? await this.#ai.agent(call).generate({ messages, ...abort, ...listeners })
        : await this.#ai.generateText({ ...call, messages, ...abort, ...listeners })
    this.#shown.push(result.steps, result.content)
    const after: Saved = { kind: 'model', messages: [...messages, ...result.responseMessages] }
    return { after, text: result.text }
  }

  async #stream(saved: Saved & { kind: 'ui' }, signal: AbortSignal | undefined) {
    const { nested, swallow } = this.#setup
    const tools = this.#outerTools()
    const call = { model: this.#outerModel(), tools, stopWhen: STEPS }
    const messages = await convertToModelMessages(saved.messages, { tools })
    const errors: unknown[] = []
    const onError = ({ error }: { error: unknown }) => void errors.push(error)
    const abort = signal ? { abortSignal: signal } : {}
    const result =
      swallow && !nested
        ? await this.#ai.agent({ ...call, onError }).stream({ messages, ...abort })
        : this.#ai.streamText({ ...call, messages, ...abort, onError })
    const chunks = toUIMessageStream({ stream: result.stream, originalMessages: saved.messages })
    const [shown, read] = chunks.tee()
    const last = saved.messages.at(-1)
    let message: UIMessage | undefined
    const going = last?.role === 'assistant' ? { message: structuredClone(last) } : {}
    const seeing = this.#collect(shown)
    for await (const each of readUIMessageStream({ stream: read, ...going })) message = each
    await seeing
    if (signal?.aborted) throw signal.reason
    if (errors.length > 0) throw errors[0]
    const steps = await result.steps
    this.#shown.push(steps, await result.responseMessages)
    const before = last?.role === 'assistant' ? saved.messages.slice(0, -1) : saved.messages
    const after: Saved = { kind: 'ui', messages: message ? [...before, message] : before }
    return { after, text: await result.text }
  }

  async #collect(stream: ReadableStream<unknown>): Promise<void> {
    for await (const chunk of stream) this.#shown.push(chunk)
  }

  #outerModel(): LanguageModel {
    return this.#setup.nested ? delegating('delegate', { text: 'do it' }) : scripted(this.#model)
  }

  #outerTools(): ToolSet {
    if (!this.#setup.nested) return this.#tools()
    const delegate = jitTool({
      description: 'Lets another agent do it',
      inputSchema: textSchema(['text']),
      execute: async ({ text = '' }, { abortSignal }) => {
        const call = { model: scripted(this.#model), tools: this.#tools(), stopWhen: STEPS }
        const asked = { prompt: text, ...(abortSignal ? { abortSignal } : {}) }
        const { stream, swallow } = this.#setup
        if (stream && swallow) return (await this.#ai.agent(call).stream(asked)).text
        if (stream) return this.#ai.streamText({ ...call, ...asked }).text
        return (await this.#ai.agent(call).generate(asked)).text
      },
    })
    return { delegate }
  }

  #tools(): ToolSet {
    const { tools, swallow, escalate } = this.#setup
    const own = tools.map((tool) => [tool.name, this.#tool(swallow ? caught(tool) : tool)] as const)
    const asking = escalate === 'model' ? { request_jit_access: requestJitAccessTool() } : {}
    return { ...Object.fromEntries(own), ...asking } as ToolSet
  }

  #tool({ description, parameters, permissions, execute }: SuiteTool) {
    return jitTool({
      description,
      inputSchema: textSchema(parameters),
      ...(permissions ? { permissions } : {}),
      execute: (args, { jit }) => execute(args, jit),
    })
  }

  #seen(saved: Saved, seen: Pick<Seen, 'status'> & { text?: string; error?: unknown }): Seen {
    const state = JSON.stringify(saved)
    return {
      ...seen,
      results: toldIn(this.#model.inputs.at(-1) ?? []),
      pending: pendingPermissions(saved.messages as UIMessage[] | ModelMessage[]),
      state,
      modelInputs: this.#model.inputs,
      shown: [this.#shown, saved, state],
    }
  }
}

function textSchema(names: readonly string[]) {
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  return jsonSchema<Readonly<Record<string, string>>>({
    type: 'object',
    properties,
    required: [...names],
    additionalProperties: false,
  })
}

/** A tool author's own try/catch around everything. */
function caught(tool: SuiteTool): SuiteTool {
  return {
    ...tool,
    execute: async (args, jit) => {
      try {
        return await tool.execute(args, jit)
      } catch {
        return { swallowed: true }
      }
    },
  }
}
