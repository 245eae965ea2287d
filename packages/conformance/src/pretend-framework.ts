import type { Json } from '@lumojit/protocol'
import type { ModelCall, SaidTurn, SuiteArgs } from './adapter-driver.ts'

/**
 * A small agent framework with the habits of the large ones: it pauses and goes on from saved
 * messages, runs the calls of a turn side by side, tells the model what a tool threw, and may try a
 * failing tool again first. It knows nothing of permissions.
 */
export interface PretendAgent {
  readonly model: (messages: readonly PretendMessage[]) => SaidTurn | Promise<SaidTurn>
  readonly tools: readonly PretendTool[]
  /** How often a failing tool is tried again before the model is told. Default 0. */
  readonly retries?: number
}
export interface PretendTool {
  readonly name: string
  run(call: PretendCall): Promise<Json>
}
export interface PretendCall {
  readonly id: string
  readonly thread: string
  readonly args: SuiteArgs
  readonly signal?: AbortSignal
  /** What this call asked to have kept when it paused. */
  readonly kept?: Json
  /** Whatever the application resumed the thread with. */
  readonly answer?: Json
  /** Ends the run after this turn's other calls; what the tool returns is then not told. */
  pause(kept: Json): void
}
export type PretendMessage =
  | { readonly role: 'user'; readonly text: string }
  | ({ readonly role: 'model' } & SaidTurn)
  | { readonly role: 'tool'; readonly callId: string; readonly tool: string; readonly told: Json }

/** All that is saved of a run. Plain JSON. */
export interface PretendThread {
  readonly id: string
  readonly messages: PretendMessage[]
  /** By call id: what paused calls asked to have kept. */
  waiting: Record<string, Json>
  /** The application's own answers to pauses, by call id. */
  answers: Record<string, Json>
  /** A place for extensions. */
  extra: Record<string, Json>
}

export interface PretendRunOptions {
  readonly signal?: AbortSignal
  readonly emit: (chunk: Json) => void
}

export function newThread(id: string, input: string): PretendThread {
  return { id, messages: [{ role: 'user', text: input }], waiting: {}, answers: {}, extra: {} }
}

export async function runThread(
  thread: PretendThread,
  agent: PretendAgent,
  options: PretendRunOptions,
): Promise<'finished' | 'paused'> {
  for (;;) {
    const told = await Promise.all(
      openCalls(thread).map(async (call): Promise<readonly PretendMessage[]> => {
        const paused: Json[] = []
        const result = await attempt(agent, call, {
          ...call,
          thread: thread.id,
          pause: (kept) => paused.push(kept),
          ...(call.id in thread.waiting ? { kept: thread.waiting[call.id] as Json } : {}),
          ...(call.id in thread.answers ? { answer: thread.answers[call.id] as Json } : {}),
          ...(options.signal ? { signal: options.signal } : {}),
        })
        const kept = paused.at(-1)
        options.emit(kept === undefined ? { result } : { paused: call.id })
        delete thread.waiting[call.id]
        if (kept === undefined)
          return [{ role: 'tool', callId: call.id, tool: call.tool, told: result }]
        thread.waiting[call.id] = kept
        return []
      }),
    )
    thread.messages.push(...told.flat())
    if (Object.keys(thread.waiting).length > 0) return 'paused'
    options.signal?.throwIfAborted()
    const turn = await agent.model(thread.messages)
    thread.messages.push({ role: 'model', ...turn })
    options.emit(turn as Json)
    if ('text' in turn) return 'finished'
  }
}

export function openCalls(thread: PretendThread): readonly ModelCall[] {
  const answered = new Set(thread.messages.map((each) => each.role === 'tool' && each.callId))
  return thread.messages
    .flatMap((each) => (each.role === 'model' && 'calls' in each ? each.calls : []))
    .filter((call) => !answered.has(call.id))
}

async function attempt(agent: PretendAgent, { tool }: ModelCall, call: PretendCall) {
  for (let left = agent.retries ?? 0; ; left--) {
    try {
      const found = agent.tools.find((each) => each.name === tool)
      if (!found) throw new Error(`There is no tool ${tool}.`)
      return await found.run(call)
    } catch (error) {
      call.signal?.throwIfAborted()
      if (left === 0) return { error: error instanceof Error ? error.message : String(error) }
    }
  }
}
