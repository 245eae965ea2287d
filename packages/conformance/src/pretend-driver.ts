import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '@lumojit/protocol'
import { scriptedModel } from './adapter/scripted-model.ts'
import type {
  AdapterDriver,
  AdapterRun,
  AdapterSetup,
  Seen,
  SuiteTool,
  Tamper,
} from './adapter-driver.ts'
import { jitTool, type PretendJit, requestJitAccessTool, withTask } from './pretend-adapter.ts'
import {
  newThread,
  type PretendAgent,
  type PretendMessage,
  type PretendThread,
  runThread,
} from './pretend-framework.ts'
import { around } from './pretend-nesting.ts'
import { approvalsOf, dropWaiting, tampered } from './pretend-tampering.ts'

/** The first driver: the pretend framework, its forty-line adapter, checkpoints in JSON files. */
const driver: AdapterDriver = {
  name: 'pretend framework',
  module: new URL(import.meta.url),
  detectsDurability: true,
  skips: [],
  open: async (setup) => new PretendRun(setup),
}
export default driver

class PretendRun implements AdapterRun {
  readonly #setup: AdapterSetup
  #version = 0

  constructor(setup: AdapterSetup) {
    this.#setup = setup
  }

  async start(input: string, options: { readonly signal?: AbortSignal } = {}): Promise<Seen> {
    return this.#go(newThread(randomUUID(), input), options.signal)
  }

  async resume(
    state: string,
    options: { readonly signal?: AbortSignal; readonly tamper?: Tamper } = {},
  ): Promise<Seen> {
    const thread = JSON.parse(await readFile(this.#file(state), 'utf8')) as PretendThread
    const { tamper } = options
    if (tamper && tamper.kind !== 'new-user-input') tampered(thread, tamper)
    return this.#go(
      thread,
      options.signal,
      tamper?.kind === 'new-user-input' ? tamper.text : undefined,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #go(thread: PretendThread, signal?: AbortSignal, instead?: string): Promise<Seen> {
    const { jit, subject, stream, nested, turns } = this.#setup
    const model = scriptedModel(turns)
    const chunks: Json[] = []
    const options = {
      emit: (chunk: Json) => void (stream && chunks.push(chunk)),
      ...(signal ? { signal } : {}),
    }
    let status: Seen['status']
    let error: unknown
    try {
      status = await withTask(jit, thread, subject, async (task) => {
        if (instead !== undefined) {
          await Promise.all(approvalsOf(thread).map((kept) => jit.abandon(kept, task)))
          dropWaiting(thread, instead)
        }
        const inner = this.#agent(task, (messages) => model.next(messages as unknown as Json))
        return runThread(thread, nested ? around(inner, options) : inner, options)
      })
    } catch (caught) {
      status = 'failed'
      error = caught
    }
    const state = `${thread.id}.${++this.#version}.${process.pid}.json`
    const saved = JSON.stringify(thread)
    await writeFile(this.#file(state), saved)
    const last = thread.messages.at(-1)
    const input = (model.inputs.at(-1) ?? []) as unknown as readonly PretendMessage[]
    return {
      status,
      ...(status === 'finished' && last && 'text' in last ? { text: last.text } : {}),
      results: input.flatMap((each) => (each.role === 'tool' ? [each] : [])),
      pending: approvalsOf(thread),
      state,
      modelInputs: model.inputs,
      shown: [saved, thread, chunks],
      ...(error === undefined ? {} : { error }),
    }
  }

  #agent(task: PretendJit['task'], model: PretendAgent['model']): PretendAgent {
    const { jit, tools, pending, durable, escalate, waitMs, swallow } = this.#setup
    const run: PretendJit = {
      jit,
      task,
      pending,
      durable,
      escalate,
      ...(waitMs === undefined ? {} : { waitMs }),
    }
    const own = tools.map((tool) => jitTool(run, swallow ? caught(tool) : tool))
    return {
      model,
      tools: escalate === 'model' ? [...own, requestJitAccessTool(run)] : own,
      retries: swallow ? 2 : 0,
    }
  }

  #file(state: string): string {
    return join(this.#setup.directory, state)
  }
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
