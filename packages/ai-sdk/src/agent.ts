import type { Jit } from '@lumojit/core'
import {
  isStepCount,
  type OutputInterface,
  ToolLoopAgent,
  type ToolLoopAgentSettings,
  type ToolSet,
} from 'ai'
import { withTransform } from './experimental.ts'
import { generated } from './generate.ts'
import { keepThread } from './inner-run.ts'
import { instrument, type Listeners, listeners, type SdkOptions } from './instrument.ts'
import { pauseStream } from './pause-stream.ts'
import { type Asked, beginRun, type Run, type RunSettings } from './run.ts'

type Context = Record<string, unknown>
/** What of the SDK's settings and call options passes through our hands. */
type Passing = Asked & SdkOptions & Listeners

/** The SDK's `ToolLoopAgent`, each call of which is a run of its own. Goes wherever that one goes. */
export class JitToolLoopAgent<
  CALL_OPTIONS = never,
  TOOLS extends ToolSet = Record<never, never>,
  RUNTIME_CONTEXT extends Context = Context,
  OUTPUT extends OutputInterface = never,
> extends ToolLoopAgent<CALL_OPTIONS, TOOLS, RUNTIME_CONTEXT, OUTPUT> {
  readonly #jit: Jit
  readonly #how: RunSettings
  readonly #given: Passing & { prepareCall?(call: Passing): Passing | PromiseLike<Passing> }

  constructor(
    jit: Jit,
    how: RunSettings,
    settings: ToolLoopAgentSettings<CALL_OPTIONS, TOOLS, RUNTIME_CONTEXT, OUTPUT>,
  ) {
    super(settings)
    this.#jit = jit
    this.#how = how
    this.#given = settings as never
  }

  override generate: ToolLoopAgent<CALL_OPTIONS, TOOLS, RUNTIME_CONTEXT, OUTPUT>['generate'] =
    async (options) => {
      const run = beginRun(this.#jit, this.#how, options as Asked)
      return generated(run, () => this.#inner(run).generate(this.#call(run, options) as never))
    }

  override stream: ToolLoopAgent<CALL_OPTIONS, TOOLS, RUNTIME_CONTEXT, OUTPUT>['stream'] = async (
    options,
  ) => {
    const run = beginRun(this.#jit, this.#how, options as Asked)
    const call = this.#call(run, options)
    return this.#inner(run).stream({ ...call, ...streaming(run, call) } as never)
  }

  /** The agent for one run. */
  #inner(run: Run): ToolLoopAgent<CALL_OPTIONS, TOOLS, RUNTIME_CONTEXT, OUTPUT> {
    const { onStepEnd: _, onStepFinish: __, onToolExecutionEnd: ___, ...settings } = this.#given
    return new ToolLoopAgent({
      ...settings,
      stopWhen: settings.stopWhen ?? isStepCount(20),
      prepareCall: async (call: Passing) =>
        instrument(run, (await this.#given.prepareCall?.(call)) ?? call),
    } as never)
  }

  #call(run: Run, options: object): Passing {
    return { ...options, ...listeners(run, [this.#given, options]) }
  }
}

/** What only a stream is given: the parts as they should be read, and its end. */
export function streaming(run: Run, { onEnd, onFinish, ...options }: Passing, whole = true) {
  const heard = onEnd ?? onFinish
  return {
    ...withTransform(() => pauseStream(run, whole), options.experimental_transform),
    onFinish: undefined,
    onEnd: async (event: Parameters<NonNullable<Listeners['onEnd']>>[0]) => {
      keepThread(run, event.responseMessages)
      await heard?.(event)
    },
  }
}
