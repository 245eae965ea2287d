import { join } from 'node:path'
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
import { Agent, type ToolsInput } from '@mastra/core/agent'
import { Mastra } from '@mastra/core/mastra'
import { LibSQLStore } from '@mastra/libsql'
import { BaseExporter, Observability } from '@mastra/observability'
import { z } from 'zod'
import { createJitMastra, pendingPermissions, wake } from '../src/index.ts'
import { resultsIn, saying } from './scripted-model.ts'
import { tamperedStorage } from './tampered.ts'

type Json = Seen['results'][number]['told']
/** Mastra runs ten calls of a turn at a time, and the rest only when all of these are done. */
const ROOM = { maxSteps: 200, toolCallConcurrency: 20 }

const driver: AdapterDriver = {
  name: '@lumojit/mastra',
  module: new URL(import.meta.url),
  detectsDurability: true,
  skips: [],
  open: async (setup) =>
    new MastraRun(setup, setup.durable ? storageIn(setup.directory) : undefined),
}
export default driver

/** One file for all runs of a scene. */
function storageIn(directory: string): LibSQLStore {
  return new LibSQLStore({ id: 'suite', url: `file:${join(directory, 'mastra.db')}` })
}

/** Everything that would go to a tracing service. */
class Spans extends BaseExporter {
  name = 'suite'
  readonly seen: unknown[] = []
  protected async _exportTracingEvent(event: { readonly exportedSpan: unknown }): Promise<void> {
    this.seen.push(JSON.parse(JSON.stringify(event.exportedSpan)))
  }
}

class MastraRun implements AdapterRun {
  readonly #setup: AdapterSetup
  readonly #script: ReturnType<typeof scriptedModel>
  readonly #kit: ReturnType<typeof createJitMastra>
  readonly #mastra: Mastra
  readonly #storage: LibSQLStore | undefined
  readonly #spans = new Spans()

  constructor(setup: AdapterSetup, storage: LibSQLStore | undefined) {
    const { jit, subject, pending, escalate, waitMs, nested, turns } = setup
    this.#setup = setup
    this.#storage = storage
    this.#script = scriptedModel(turns)
    this.#kit = createJitMastra(jit, {
      task: () => ({ onBehalfOf: subject }),
      pending,
      escalate,
      ...(waitMs === undefined ? {} : { waitMs }),
    })
    const worker = this.#worker()
    this.#mastra = new Mastra({
      agents: { worker, ...(nested ? { manager: around(worker) } : {}) },
      logger: false,
      observability: new Observability({
        configs: { suite: { serviceName: 'suite', exporters: [this.#spans] } },
      }),
      ...(storage ? { storage } : {}),
    })
  }

  start(input: string, options: { readonly signal?: AbortSignal } = {}): Promise<Seen> {
    return this.#go((agent) => {
      const own = { ...ROOM, ...abortable(options.signal) }
      return this.#setup.stream ? agent.stream(input, own) : agent.generate(input, own)
    })
  }

  resume(
    state: string,
    options: { readonly signal?: AbortSignal; readonly tamper?: Tamper } = {},
  ): Promise<Seen> {
    const { runId } = JSON.parse(state) as { runId: string }
    const { tamper, signal } = options
    const own = { ...ROOM, ...abortable(signal) }
    return this.#go(async (agent) => {
      switch (tamper?.kind) {
        case 'new-user-input':
          await this.#kit.abandon(agent, { runId })
          return agent.generate(tamper.text, own)
        case 'approve-locally':
          return this.#setup.stream
            ? agent.approveToolCall({ ...own, runId })
            : agent.approveToolCallGenerate({ ...own, runId })
        case 'resume-value':
          return this.#setup.stream
            ? agent.resumeStream(tamper.value, { ...own, runId })
            : agent.resumeGenerate(tamper.value, { ...own, runId })
        case undefined:
          break
        case 'foreign-handle':
        case 'changed-arguments':
          await tamperedStorage(this.#mastra, tamper)
      }
      if (!this.#setup.stream) return agent.resumeGenerate({}, { ...own, runId })
      const [woken] = await wake(agent, { runId }, own)
      if (!woken) throw new Error('There is no such run.')
      return woken
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#storage?.close()
  }

  async #go(act: (agent: Agent) => Promise<Ran>): Promise<Seen> {
    const agent = this.#mastra.getAgent(
      (this.#setup.nested ? 'manager' : 'worker') as never,
    ) as Agent
    const shown: unknown[] = []
    let status: Seen['status'] = 'failed'
    let error: unknown
    let state = ''
    let text: string | undefined
    let pending: Seen['pending'] = []
    try {
      const ran = await act(agent)
      if ('fullStream' in ran) for await (const chunk of ran.fullStream) shown.push(chunk)
      const reason = await ran.finishReason
      const runId = (await ran.runId) ?? ''
      state = JSON.stringify({ runId })
      text = await ran.text
      error = await ran.error
      shown.push(await ran.toolResults, await ran.toolCalls, await ran.steps)
      if (reason === 'suspended') {
        status = 'paused'
        const waiting = await pendingPermissions(agent, { runId })
        pending = waiting.map(({ runId: _, callId: __, ...approval }) => approval)
      } else if (reason === 'stop' && error === undefined) status = 'finished'
    } catch (caught) {
      error = caught
    }
    const last = this.#script.inputs.at(-1)
    return {
      status,
      ...(status === 'finished' && text !== undefined ? { text } : {}),
      results: last === undefined ? [] : resultsIn(last),
      pending,
      state,
      modelInputs: this.#script.inputs,
      shown: [...shown, this.#spans.seen],
      ...(error === undefined ? {} : { error }),
    }
  }

  #worker(): Agent {
    const { tools, swallow, escalate } = this.#setup
    const processor = this.#kit.jitProcessor()
    const made = tools.map((each) => [each.name, this.#made(each)])
    return new Agent({
      id: 'worker',
      name: 'worker',
      description: 'Does the work.',
      instructions: 'Do what is asked.',
      model: saying((prompt) => {
        const turn = this.#script.next(JSON.parse(JSON.stringify(prompt)) as Json)
        return turn
      }),
      tools: {
        ...Object.fromEntries(made),
        ...(escalate === 'model' ? { request_jit_access: this.#kit.requestJitAccessTool() } : {}),
      } as ToolsInput,
      inputProcessors: [processor],
      outputProcessors: [processor],
      defaultOptions: ROOM,
      ...(swallow ? { hooks: { afterToolCall: () => {} } } : {}),
    })
  }

  #made(suite: SuiteTool) {
    const { name, description, parameters, permissions, execute } = suite
    return this.#kit.jitTool({
      id: name,
      description,
      inputSchema: z.object(Object.fromEntries(parameters.map((each) => [each, z.string()]))),
      ...(permissions ? { permissions: (args: SuiteArgs) => permissions(args) } : {}),
      execute: async (args, { jit }) => {
        const work = execute(args, jit)
        return this.#setup.swallow ? work.catch(() => ({ swallowed: true })) : work
      },
    })
  }
}

type Ran = Awaited<ReturnType<Agent['generate']>> | Awaited<ReturnType<Agent['stream']>>

function abortable(signal: AbortSignal | undefined) {
  return signal ? { abortSignal: signal } : {}
}

/** An outer agent whose only help is the inner one. */
function around(worker: Agent): Agent {
  return new Agent({
    id: 'manager',
    name: 'manager',
    instructions: 'Have it done.',
    agents: { worker },
    model: saying((prompt) => {
      const [result] = resultsIn(prompt)
      return result
        ? { text: JSON.stringify(result.told) }
        : { calls: [{ id: 'outer', tool: 'agent-worker', args: { prompt: 'do it' } }] }
    }),
  })
}
