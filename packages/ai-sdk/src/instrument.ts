import { LumojitError } from '@lumojit/core'
import {
  isStepCount,
  type ModelMessage,
  type PrepareStepFunction,
  type StepResult,
  type StopCondition,
  type ToolSet,
} from 'ai'
import { bindableOf, bindTools } from './bind-tools.ts'
import { type ToolApproval, withDeclared } from './declared-approval.ts'
import {
  callersOf,
  type ExperimentalOptions,
  type OldListeners,
  oldNameOf,
  signingKeyOf,
} from './experimental.ts'
import { WAITING } from './model-output.ts'
import { forget, pauseStep } from './pause-step.ts'
import type { Run } from './run.ts'
import { waitingModel } from './waiting-model.ts'

/** The options of the SDK's calls that a run has a part in. */
export interface SdkOptions extends ExperimentalOptions {
  readonly tools?: ToolSet
  readonly toolApproval?: ToolApproval
  readonly stopWhen?: StopCondition<ToolSet> | readonly StopCondition<ToolSet>[]
  readonly prepareStep?: PrepareStepFunction<ToolSet>
}

/** The same options for this run: its tools bound, its pauses native, and its end in our hands. */
export function instrument<O extends SdkOptions>(run: Run, options: O): O {
  const { tools = {}, toolApproval, stopWhen, prepareStep } = options
  check(run, options, tools)
  run.signingKey = signingKeyOf(options)
  const stops = [stopWhen ?? isStepCount(1)].flat() as StopCondition<ToolSet>[]
  const idle = () => run.waiting.size > 0 || run.fault !== undefined
  return {
    ...options,
    ...(run.resumed ? { prompt: undefined, messages: run.messages } : {}),
    tools: bindTools(run, tools),
    toolApproval: withDeclared(run, tools, toolApproval),
    stopWhen: [...stops, idle],
    prepareStep: async (step: Parameters<PrepareStepFunction<ToolSet>>[0]) => {
      if (!idle()) return prepareStep?.(step)
      // A wait, or a fault, from before the first step: what the SDK would send is no result.
      forget(run, step.responseMessages)
      return {
        model: waitingModel(step.model),
        messages: [{ role: 'user', content: WAITING }],
        toolChoice: 'auto',
      }
    },
  }
}

type Listener<E> = (event: E) => unknown
type Executed = { readonly toolCall: { readonly toolCallId: string } }

/** The application's own listeners that hear of a run through us. */
export interface Listeners extends OldListeners<Executed> {
  readonly onStepEnd?: Listener<StepResult<ToolSet>>
  readonly onStepFinish?: Listener<StepResult<ToolSet>>
  readonly onToolExecutionEnd?: Listener<Executed>
  readonly onEnd?: Listener<{ readonly responseMessages: readonly ModelMessage[] }>
  readonly onFinish?: Listener<{ readonly responseMessages: readonly ModelMessage[] }>
}

/** They hear of a pause as of any approval request, and of no result that is none. */
export function listeners(run: Run, theirs: readonly Listeners[]): Listeners {
  return {
    onStepEnd: async (step) => {
      await pauseStep(run, step)
      for (const { onStepEnd, onStepFinish } of theirs) await (onStepEnd ?? onStepFinish)?.(step)
    },
    onToolExecutionEnd: async (event) => {
      if (run.waiting.has(event.toolCall.toolCallId)) return
      for (const each of theirs) await (each.onToolExecutionEnd ?? oldNameOf(each))?.(event)
    },
  }
}

function check(run: Run, options: ExperimentalOptions, tools: ToolSet): void {
  if (Object.keys(callersOf(options)).some((name) => bindableOf(tools[name]))) {
    throw new LumojitError(
      'CONFIG_INVALID',
      'A tool that needs permissions cannot be called by another tool: there a pause would be taken for a result.',
      'Leave it out of `experimental_toolCallers`, so that only the model calls it.',
    )
  }
  for (const { toolCallId, toolName } of run.kept.values()) {
    if (bindableOf(tools[toolName])) continue
    throw new LumojitError(
      'CONFIG_INVALID',
      `The messages say that the call ${toolCallId} of ${toolName} is paused, but no tool of that name needs permissions here.`,
      'Offer the `jitTool` it was paused in, or leave the message with that call out.',
    )
  }
  if (run.settings.escalate === 'model' && !bindableOf(tools.request_jit_access)) {
    throw new LumojitError(
      'CONFIG_INVALID',
      'With `escalate: "model"` the model is told to call `request_jit_access`, and there is no such tool.',
      'Add `request_jit_access: requestJitAccessTool()` to `tools`.',
    )
  }
}
