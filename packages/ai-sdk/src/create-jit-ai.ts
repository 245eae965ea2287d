import { type Jit, LumojitError, type PendingMode } from '@lumojit/core'
import type { TaskOptions } from '@lumojit/protocol'
import {
  generateText,
  type ModelMessage,
  type OutputInterface,
  streamText,
  type ToolLoopAgentSettings,
  type ToolSet,
  type UIMessage,
} from 'ai'
import { JitToolLoopAgent, streaming } from './agent.ts'
import { generated } from './generate.ts'
import { instrument, type Listeners, listeners, type SdkOptions } from './instrument.ts'
import { jitTool } from './jit-tool.ts'
import { type Asked, beginRun, endRun, type Run, type RunSettings } from './run.ts'
import { settle, type Turn } from './settle.ts'
import { settleUI } from './settle-ui.ts'

export interface JitAIOptions {
  /**
   * What the agent was set to do, and for whom. From the application's own knowledge of its user,
   * never from messages. A function is asked once for each run.
   */
  readonly task?: RunSettings['task']
  /**
   * `suspend`: a call that waits for a person becomes an approval request, and the run ends.
   * `block`: the run waits. `auto` (default): waits for five minutes, then pauses, since the SDK does
   * not tell whether messages outlive the process.
   */
  readonly pending?: PendingMode
  /** Wait this long before pausing, in milliseconds. Default 0 for `suspend`. */
  readonly waitMs?: number
  /** `model`: the model is told what is missing and asks with `requestJitAccessTool`. Default `engine`. */
  readonly escalate?: 'engine' | 'model'
}

/** The SDK's own functions, with tools that get their permissions just in time. */
export interface JitAI {
  readonly tool: typeof jitTool
  readonly generateText: typeof generateText
  readonly streamText: typeof streamText
  /** A `ToolLoopAgent`. */
  agent<
    CALL_OPTIONS = never,
    TOOLS extends ToolSet = Record<never, never>,
    RUNTIME_CONTEXT extends Record<string, unknown> = Record<string, unknown>,
    OUTPUT extends OutputInterface = never,
  >(
    settings: ToolLoopAgentSettings<CALL_OPTIONS, TOOLS, RUNTIME_CONTEXT, OUTPUT>,
  ): JitToolLoopAgent<CALL_OPTIONS, TOOLS, RUNTIME_CONTEXT, OUTPUT>
  /** Before a run goes on from saved model messages. */
  settle(messages: readonly ModelMessage[]): Promise<Turn<ModelMessage>>
  /** Before a run goes on from what a browser sent. */
  settleUI<MESSAGE extends UIMessage>(messages: readonly MESSAGE[]): Promise<Turn<MESSAGE>>
  /** The same for one task: in a server, whose request this is. */
  forTask(task: NonNullable<RunSettings['task']>): JitAI
}

export function createJitAI(jit: Jit, options: JitAIOptions = {}): JitAI {
  if (typeof jit?.callTool !== 'function') {
    throw new LumojitError(
      'CONFIG_INVALID',
      'createJitAI was given something else than an engine.',
      'Pass what `createJit({ … })` of `@lumojit/core` gave.',
    )
  }
  const { task, pending = 'auto', waitMs, escalate = 'engine' } = options
  const how: RunSettings = {
    pending,
    escalate,
    ...(task ? { task } : {}),
    ...(waitMs === undefined ? {} : { waitMs }),
  }
  const generate = (given: object) => {
    const run = beginRun(jit, how, given as Asked)
    const own = { ...instrument(run, given), ...listeners(run, [given]) }
    return generated(run, () => generateText(own as never))
  }
  const stream = (given: SdkOptions & Listeners & { readonly streamRetries?: number }) => {
    const run = beginRun(jit, how, given as Asked)
    const own = { ...instrument(run, given), ...listeners(run, [given]) }
    const whole = given.streamRetries === undefined
    const result = streamText({ ...own, ...streaming(run, own, whole) } as never)
    if (!whole) void endWith(run, result.steps)
    return result
  }
  return {
    tool: jitTool,
    generateText: (async (given: object) => generate(given)) as never,
    streamText: stream as never,
    agent: (settings) => new JitToolLoopAgent(jit, how, settings),
    settle: (messages) => settle(jit, how, messages),
    settleUI: (messages) => settleUI(jit, how, messages),
    forTask: (forWhat: TaskOptions | NonNullable<RunSettings['task']>) =>
      createJitAI(jit, { ...options, task: forWhat }),
  }
}

/** Where the SDK may ask a model again for the same answer, only the steps say when all is over. Reads the stream to its end. */
async function endWith(run: Run, steps: PromiseLike<unknown>): Promise<void> {
  const ending = await Promise.resolve(steps).then(
    () => 'ended' as const,
    () => 'failed' as const,
  )
  await endRun(run, run.signal?.aborted ? 'failed' : ending)
}
