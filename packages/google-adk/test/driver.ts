import { join } from 'node:path'
import {
  BasePlugin,
  type BaseSessionService,
  type Event,
  getPendingUserInputRequests,
  InMemorySessionService,
  LlmAgent,
  type LlmRequest,
  Runner,
  StreamingMode,
  setLogger,
} from '@google/adk'
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
import { z } from 'zod'
import { createJitAdk, pendingPermissions } from '../src/index.ts'
import { pausesIn } from '../src/pauses.ts'
import { replyTo } from '../src/replies.ts'
import { resultsIn, ScriptedLlm } from './scripted-llm.ts'
import { SqliteSessions } from './sqlite-sessions.ts'
import { tamperedSession } from './tampered.ts'
import { KeptLog, spans } from './telemetry.ts'

const APP = 'suite'

const driver: AdapterDriver = {
  name: '@lumojit/google-adk',
  module: new URL(import.meta.url),
  detectsDurability: true,
  skips: [],
  open: async (setup) => new AdkRun(setup),
}
export default driver

/** ADK's place to swallow what a tool throws. */
class Swallowing extends BasePlugin {
  override async onToolErrorCallback() {
    return { swallowed: true }
  }
}

type Message = Parameters<Runner['runAsync']>[0]['newMessage']
type Act = (runner: Runner, params: { userId: string; sessionId: string }) => AsyncIterable<Event>

class AdkRun implements AdapterRun {
  readonly #setup: AdapterSetup
  readonly #script: ReturnType<typeof scriptedModel>
  readonly #kit: ReturnType<typeof createJitAdk>
  readonly #sessions: BaseSessionService & { close?(): void }
  readonly #runner: Runner
  readonly #log = new KeptLog()
  readonly #spans = spans()

  constructor(setup: AdapterSetup) {
    const { jit, subject, pending, escalate, waitMs, nested, turns, swallow } = setup
    setLogger(this.#log)
    this.#setup = setup
    this.#script = scriptedModel(turns)
    this.#kit = createJitAdk(jit, {
      task: () => ({ onBehalfOf: subject }),
      pending,
      escalate,
      ...(waitMs === undefined ? {} : { waitMs }),
    })
    this.#sessions = setup.durable
      ? new SqliteSessions(join(setup.directory, 'sessions.sqlite'))
      : new InMemorySessionService()
    const worker = this.#worker()
    this.#runner = new Runner({
      appName: APP,
      agent: nested ? around(worker) : worker,
      sessionService: this.#sessions,
      plugins: [this.#kit.jitPlugin, ...(swallow ? [new Swallowing('swallowing')] : [])],
    })
  }

  async start(input: string, options: { readonly signal?: AbortSignal } = {}): Promise<Seen> {
    const session = await this.#sessions.createSession({
      appName: APP,
      userId: this.#setup.subject,
    })
    return this.#go(session.id, options.signal, this.#saying({ parts: [{ text: input }] }))
  }

  async resume(
    state: string,
    options: { readonly signal?: AbortSignal; readonly tamper?: Tamper } = {},
  ): Promise<Seen> {
    const { sessionId } = JSON.parse(state) as { readonly sessionId: string }
    return this.#go(sessionId, options.signal, await this.#resuming(sessionId, options.tamper))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sessions.close?.()
  }

  async #resuming(sessionId: string, tamper: Tamper | undefined): Promise<Act> {
    const session = await this.#session(sessionId)
    switch (tamper?.kind) {
      case 'new-user-input':
        await this.#kit.abandon(this.#runner, { userId: this.#setup.subject, sessionId })
        return this.#saying({ parts: [{ text: tamper.text }] })
      case 'approve-locally':
      case 'resume-value': {
        const value = tamper.kind === 'resume-value' ? tamper.value : { confirmed: true }
        const asked = getPendingUserInputRequests(session.events)
        return this.#saying({
          parts: asked.map(({ interruptId: id, functionCallName: name }) => ({
            functionResponse: { id, name, response: value as Record<string, unknown> },
          })),
        })
      }
      case 'foreign-handle':
      case 'changed-arguments':
        tamperedSession(this.#sessions as SqliteSessions, session, tamper)
        break
      case undefined:
        // What a client can do that has kept its answer: send it again.
        if (pendingPermissions(session).length === 0) {
          return this.#saying(replyTo(pausesIn(session)))
        }
    }
    return (runner, params) => this.#kit.wake(runner, params)
  }

  #saying(newMessage: Message): Act {
    return (runner, params) => this.#kit.run(runner, { ...params, newMessage })
  }

  async #go(sessionId: string, signal: AbortSignal | undefined, act: Act): Promise<Seen> {
    const { subject: userId, stream } = this.#setup
    const shown: Event[] = []
    let error: unknown
    try {
      const streamingMode = stream ? StreamingMode.SSE : StreamingMode.NONE
      const params = {
        userId,
        sessionId,
        runConfig: { streamingMode },
        ...(signal ? { abortSignal: signal } : {}),
      }
      for await (const event of act(this.#runner, params)) shown.push(event)
    } catch (caught) {
      error = caught
    }
    const last = shown.at(-1)
    const pending = pendingPermissions(await this.#session(sessionId)).map(
      ({ callId, interruptId, agentName, ...approval }) => approval,
    )
    const failed = error !== undefined || last?.errorCode !== undefined || signal?.aborted
    const status = failed ? 'failed' : pending.length > 0 ? 'paused' : 'finished'
    const text = last?.content?.parts?.map((part) => part.text ?? '').join('')
    return {
      status,
      ...(status === 'finished' && text !== undefined ? { text } : {}),
      results: resultsIn(this.#script.inputs.at(-1) ?? []),
      pending,
      state: JSON.stringify({ sessionId }),
      modelInputs: this.#script.inputs,
      shown: [...shown, ...this.#log.seen, ...this.#spans.seen()],
      ...(error === undefined ? {} : { error }),
    }
  }

  async #session(sessionId: string) {
    const { subject: userId } = this.#setup
    const session = await this.#sessions.getSession({ appName: APP, userId, sessionId })
    if (!session) throw new Error('There is no such session.')
    return session
  }

  #worker(): LlmAgent {
    const { tools, escalate } = this.#setup
    return new LlmAgent({
      name: 'worker',
      description: 'Does the work.',
      instruction: 'Do what is asked.',
      model: new ScriptedLlm((contents: LlmRequest['contents']) =>
        this.#script.next(contents as never),
      ),
      tools: [
        ...tools.map((each) => this.#made(each)),
        ...(escalate === 'model' ? [this.#kit.requestJitAccessTool()] : []),
      ],
    })
  }

  #made(suite: SuiteTool) {
    const { name, description, permissions, execute } = suite
    const parameters = z.object(
      Object.fromEntries(suite.parameters.map((each) => [each, z.string()])),
    )
    return this.#kit.jitTool<typeof parameters>({
      name,
      description,
      parameters,
      ...(permissions ? { permissions: (args: SuiteArgs) => permissions(args) } : {}),
      execute: (args, { jit }) => {
        const work = execute(args, jit)
        return this.#setup.swallow ? work.catch(() => ({ swallowed: true })) : work
      },
    })
  }
}

/** An outer agent that hands over to the inner one. */
function around(worker: LlmAgent): LlmAgent {
  return new LlmAgent({
    name: 'manager',
    instruction: 'Have it done.',
    subAgents: [worker],
    model: new ScriptedLlm(() => ({
      calls: [{ id: 'outer', tool: 'transfer_to_agent', args: { agentName: 'worker' } }],
    })),
  })
}
