import { type Jit, LumojitError } from '@lumojit/core'
import {
  type AgentInputItem,
  type NonStreamRunOptions,
  RunContext,
  Runner,
  type RunResult,
  RunState,
  StreamedRunResult,
  type StreamRunOptions,
} from '@openai/agents'
import { within } from './current-run.ts'
import { refuseStuckGate } from './gate.ts'
import { type JitTaskOptions, LiveRun, type LiveRunOptions } from './live-run.ts'
import {
  type Interrupted,
  type PendingPermission,
  pendingPermissions,
} from './pending-permissions.ts'

export interface JitRunnerOptions extends LiveRunOptions {
  /** The SDK's runner to use, with its model provider, tracing and guardrails. Default: a new one. */
  readonly runner?: Runner
}

/** What every run takes besides the SDK's own options. */
export interface JitRunOptions {
  /** Name the person here, on a start and on a resume alike: a pause of another person is worth nothing. */
  readonly task?: JitTaskOptions
}

type AnyAgent = Parameters<Runner['run']>[0]
type Input<C, A extends AnyAgent> = string | AgentInputItem[] | RunState<C, A>
type Plain<C, A extends AnyAgent> = NonStreamRunOptions<C, A> & JitRunOptions
type Streamed<C, A extends AnyAgent> = StreamRunOptions<C, A> & JitRunOptions

export interface JitRunner {
  /**
   * The SDK's `run`. When it ends, however it ends, everything it was granted is given back; a run
   * that paused keeps its task open. A mistake of the application rejects it as a `LumojitError`.
   */
  run<A extends AnyAgent, C = undefined>(
    agent: A,
    input: Input<C, A>,
    options?: Plain<C, A>,
  ): Promise<RunResult<C, A>>
  run<A extends AnyAgent, C = undefined>(
    agent: A,
    input: Input<C, A>,
    options: Streamed<C, A>,
  ): Promise<StreamedRunResult<C, A>>
  /** `run` with `stream: true`. `completed` of its result also waits until everything is given back. */
  stream<A extends AnyAgent, C = undefined>(
    agent: A,
    input: Input<C, A>,
    options?: Omit<Streamed<C, A>, 'stream'>,
  ): Promise<StreamedRunResult<C, A>>
  /** What of a result, or of a `RunState`, waits for the authority. */
  pending(run: Interrupted): readonly PendingPermission[]
  /**
   * Goes on from `result.state.toString()`, in any process. What waits is asked of the authority
   * again, and of nobody else. `context` stands for the one in the saved text.
   */
  resume<A extends AnyAgent, C = undefined>(
    agent: A,
    saved: string,
    options?: Plain<C, A>,
  ): Promise<RunResult<C, A>>
  resume<A extends AnyAgent, C = undefined>(
    agent: A,
    saved: string,
    options: Streamed<C, A>,
  ): Promise<StreamedRunResult<C, A>>
  /** The paused run will never go on: what it waits for is taken back, what it holds is given back. */
  abandon(run: Interrupted, options?: JitRunOptions): Promise<void>
}

type AnyOptions = (Plain<unknown, AnyAgent> | Streamed<unknown, AnyAgent>) & JitRunOptions

/** A runner whose tools may lack permissions. One for an application; each run is a task of its own. */
export function createJitRunner(jit: Jit, options: JitRunnerOptions = {}): JitRunner {
  if (typeof jit?.callTool !== 'function') {
    throw new LumojitError(
      'CONFIG_INVALID',
      'A runner with permissions needs an engine.',
      'Pass what `createJit({ authority, resources })` gave.',
    )
  }
  const runner = options.runner ?? new Runner()

  const go = async (agent: AnyAgent, input: Input<unknown, AnyAgent>, given: AnyOptions = {}) => {
    const { task, signal, ...own } = given
    const state = typeof input === 'object' && 'getInterruptions' in input ? input : undefined
    if (state) refuseStuckGate(state)
    const live = new LiveRun(jit, { ...options, ...(task ? { task } : {}) }, state)
    const all = { ...own, signal: live.signal(signal) } as Plain<unknown, AnyAgent>
    const result = await within(live, () => runner.run(agent, input, all)).catch(async (error) => {
      throw await live.broke(error)
    })
    if (!(result instanceof StreamedRunResult)) {
      await live.end(result)
      return result
    }
    const completed = result.completed.then(
      () => live.end(result),
      async (error) => {
        throw await live.broke(error)
      },
    )
    // Whoever only reads the stream finds the error there.
    completed.catch(() => {})
    return Object.defineProperty(result, 'completed', { value: completed })
  }

  const resume = async (agent: AnyAgent, saved: string, given: AnyOptions = {}) => {
    const { context } = given
    const state =
      context === undefined
        ? await RunState.fromString(agent, saved)
        : await RunState.fromStringWithContext(
            agent,
            saved,
            context instanceof RunContext ? context : new RunContext(context),
          )
    return go(agent, state, given)
  }

  const abandon = async (run: Interrupted, { task }: JitRunOptions = {}) => {
    const live = new LiveRun(jit, { ...options, ...(task ? { task } : {}) }, run)
    for (const { handle } of pendingPermissions(run)) await jit.abandon(handle, live.task)
    await live.task.complete()
  }

  return {
    run: go as JitRunner['run'],
    stream: ((agent: AnyAgent, input: Input<unknown, AnyAgent>, given: AnyOptions = {}) =>
      go(agent, input, { ...given, stream: true })) as JitRunner['stream'],
    pending: pendingPermissions,
    resume: resume as JitRunner['resume'],
    abandon,
  }
}
