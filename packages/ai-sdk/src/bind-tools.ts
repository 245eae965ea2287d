import { LumojitError } from '@lumojit/core'
import type { ToolExecutionOptions } from 'ai'
import { modelOutput } from './model-output.ts'
import type { Declared, SdkCall } from './read-call.ts'
import type { Run } from './run.ts'

/** How a tool of ours runs within one run. Kept by a member, so that a copy of the tool has it too. */
const BOUND = Symbol.for('lumojit.ai-sdk.tool')

export interface Bindable {
  /** Drives one call of it. */
  run(
    run: Run,
    call: Omit<SdkCall, 'declared'>,
    options: ToolExecutionOptions<never>,
  ): Promise<unknown>
  /** Absent: it declares nothing. */
  readonly permissions: ((input: unknown) => readonly Declared[]) | undefined
  readonly onInputAvailable: unknown
}

/** A tool as it stands before any run: it says where it belongs as soon as a model calls it. */
export function unbound(rest: object, bindable: Bindable, toModelOutput?: never): object {
  const outside = () => {
    throw new LumojitError(
      'NO_TASK',
      'A tool that needs permissions was called outside a run of lumojit.',
      'Call `generateText`, `streamText` or `agent` of what `createJitAI(jit)` gave, not those of `ai`.',
    )
  }
  return {
    ...rest,
    [BOUND]: bindable,
    toModelOutput: modelOutput(toModelOutput),
    onInputAvailable: outside,
    execute: async () => outside(),
  }
}

export function bindableOf(tool: unknown): Bindable | undefined {
  return (Object(tool) as { [BOUND]?: Bindable })[BOUND]
}

/** The same tools, ours bound to this run. */
export function bindTools(run: Run, tools: object): object {
  const bound = Object.entries(tools).map(([toolName, tool]) => {
    const bindable = bindableOf(tool)
    if (!bindable) return [toolName, tool]
    const { onInputAvailable, ...rest } = tool
    const execute = (input: unknown, options: ToolExecutionOptions<never>) => {
      const { toolCallId, abortSignal } = options
      return bindable.run(run, { toolCallId, toolName, input, abortSignal }, options)
    }
    const own = bindable.onInputAvailable ? { onInputAvailable: bindable.onInputAvailable } : {}
    return [toolName, { ...rest, ...own, execute }]
  })
  return Object.fromEntries(bound)
}
