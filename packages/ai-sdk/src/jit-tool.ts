import type { ToolContext } from '@lumojit/core'
import type { FlexibleSchema, Tool, ToolExecuteFunction, ToolExecutionOptions } from 'ai'
import { type Bindable, unbound } from './bind-tools.ts'
import { executeCall } from './execute-call.ts'
import type { Declared } from './read-call.ts'
import type { PermissionAnswer } from './tell-outcome.ts'

type Context = Record<string, unknown>
type SdkTool<INPUT, OUTPUT, CONTEXT> = Extract<
  Tool<INPUT, OUTPUT, CONTEXT>,
  { type?: undefined | 'function' }
>

/** The options of the SDK's `tool()`, with `jit` in what `execute` is given. */
export interface JitToolOptions<INPUT, OUTPUT, CONTEXT extends Context>
  extends Partial<
    Pick<
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
    >
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
    permissions: permissions ? declared : undefined,
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

/** Of a tool that yields, the last value counts; what it yields before has not been scrubbed. */
async function last(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value)) return value
  let latest: unknown
  for await (const each of value as AsyncIterable<unknown>) latest = each
  return latest
}
