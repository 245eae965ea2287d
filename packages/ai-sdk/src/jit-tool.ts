import { LumojitError, type ToolContext } from '@lumojit/core'
import type { FlexibleSchema, Tool, ToolExecuteFunction, ToolExecutionOptions } from 'ai'
import { executeCall } from './execute-call.ts'
import { modelOutput } from './model-output.ts'
import type { Declared, SdkCall } from './read-call.ts'
import type { Run } from './run.ts'
import type { PermissionAnswer } from './tell-outcome.ts'

type Context = Record<string, unknown>
type SdkTool<INPUT, OUTPUT, CONTEXT> = Extract<
  Tool<INPUT, OUTPUT, CONTEXT>,
  { type?: undefined | 'function' }
>

/** The options of the SDK's `tool()`, with `jit` in what `execute` is given. */
export interface JitToolOptions<INPUT, OUTPUT, CONTEXT extends Context>
  extends Pick<
    SdkTool<INPUT, OUTPUT, CONTEXT>,
    | 'description'
    | 'title'
    | 'strict'
    | 'metadata'
    | 'providerOptions'
    | 'inputExamples'
    | 'needsApproval'
    | 'onInputStart'
    | 'onInputDelta'
    | 'onInputAvailable'
    | 'toModelOutput'
  > {
  readonly inputSchema: FlexibleSchema<INPUT>
  readonly outputSchema?: FlexibleSchema<OUTPUT>
  readonly contextSchema?: FlexibleSchema<CONTEXT>
  /** What this call needs, asked for before it runs. Without it, the API's own refusal says so. */
  readonly permissions?: (input: NoInfer<INPUT>) => Declared | readonly Declared[]
  readonly execute: (
    input: INPUT,
    options: ToolExecutionOptions<NoInfer<CONTEXT>> & { readonly jit: ToolContext },
  ) => OUTPUT | PromiseLike<OUTPUT> | AsyncIterable<OUTPUT>
}

export type JitTool<INPUT, OUTPUT, CONTEXT extends Context> = Tool<
  INPUT,
  OUTPUT | PermissionAnswer,
  CONTEXT
> & { readonly execute: ToolExecuteFunction<INPUT, OUTPUT | PermissionAnswer, CONTEXT> }

/** How a tool of ours runs within one run. Kept by a member, so that a copy of the tool has it too. */
const BOUND = Symbol.for('lumojit.ai-sdk.tool')

export interface Bindable {
  /** Drives one call of it. */
  run(
    run: Run,
    call: Omit<SdkCall, 'declared'>,
    options: ToolExecutionOptions<never>,
  ): Promise<unknown>
  permissions(input: unknown): readonly Declared[]
  readonly onInputAvailable: unknown
}

/**
 * The SDK's `tool()` for a tool that needs permissions. It runs within `generateText`, `streamText`
 * and agents of `createJitAI` only; elsewhere it throws `NO_TASK`.
 */
export function jitTool<INPUT, OUTPUT, CONTEXT extends Context = Context>(
  options: JitToolOptions<INPUT, OUTPUT, CONTEXT>,
): JitTool<INPUT, OUTPUT, CONTEXT> {
  const { permissions, execute, onInputAvailable, toModelOutput, ...rest } = options
  const declared = (input: unknown) => [permissions?.(input as INPUT) ?? []].flat() as Declared[]
  const bindable: Bindable = {
    permissions: declared,
    onInputAvailable,
    run: (run, call, given) =>
      executeCall(run, { ...call, declared: declared(call.input) }, (toolCall) =>
        run.jit.callTool(toolCall, async (jit) =>
          last(await execute(call.input as INPUT, { ...(given as never as object), jit } as never)),
        ),
      ),
  }
  return unbound(rest, bindable, toModelOutput as never) as never
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

/** Of a tool that yields, the last value counts; what it yields before has not been scrubbed. */
async function last(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value)) return value
  let latest: unknown
  for await (const each of value as AsyncIterable<unknown>) latest = each
  return latest
}
