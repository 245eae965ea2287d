import type { ToolContext } from '@lumojit/core'
import {
  type FunctionTool,
  type RunContext,
  type ToolExecuteArgument,
  type ToolInputParameters,
  type ToolOptions,
  type ToolOutputSchema,
  tool,
} from '@openai/agents'
import { z } from 'zod'
import { deaf } from './deaf.ts'
import { gateFor, type ToolCallDetails } from './gate.ts'
import type { DeclaredPermission } from './read-call.ts'
import { underPermission } from './under-permission.ts'

/** Per member of a union, where the plain one would lose what the input is inferred from. */
type OmitEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type Options<
  P extends ToolInputParameters,
  C,
  O extends ToolOutputSchema | undefined,
> = ToolOptions<P, C, O>

/** Asked for before the tool runs, so that no call is spent on finding out. */
export type Permissions<Input> = (
  input: Input,
) =>
  | DeclaredPermission
  | readonly DeclaredPermission[]
  | Promise<DeclaredPermission | readonly DeclaredPermission[]>

/** The options of the SDK's `tool()`, with a name, and two things more. */
export type JitToolOptions<
  P extends ToolInputParameters,
  C = unknown,
  O extends ToolOutputSchema | undefined = undefined,
> = OmitEach<Options<P, C, O>, 'name' | 'parameters' | 'outputSchema' | 'execute'> & {
  readonly name: string
  readonly parameters: P
  readonly outputSchema?: O
  readonly permissions?: Permissions<ToolExecuteArgument<P>>
  /** As ever, with `jit` among the details. A pause ends it here, and later it runs again from its top. */
  readonly execute: (
    input: ToolExecuteArgument<P>,
    context: RunContext<C> | undefined,
    details: JitToolCallDetails,
  ) => ReturnType<Options<P, C, O>['execute']>
}
export type JitToolCallDetails = ToolCallDetails & { readonly jit: ToolContext }

/**
 * The SDK's `tool()`, for a tool that may lack a permission. Use `jit.fetch` in it: what an API
 * refuses is asked for, a call that has to wait pauses the run, and a refusal is told to the model as
 * a structured, final answer. Needs a run of `createJitRunner`.
 */
export function jitTool<
  P extends ToolInputParameters = undefined,
  C = unknown,
  O extends ToolOutputSchema | undefined = undefined,
>(options: JitToolOptions<P, C, O>): FunctionTool<C, P, unknown> {
  const { permissions, execute, outputSchema, ...rest } = options
  const toolName = options.name
  const gate = gateFor(toolName)
  const checked = outputContract(toolName, outputSchema)
  const outer = tool({
    ...deaf(rest),
    ...(checked ? { outputSchema: checked.schema } : {}),
    execute: (input: never, context: RunContext<C> | undefined, details?: ToolCallDetails) =>
      underPermission({
        toolName,
        gate,
        context,
        details,
        declared: async () => [(await permissions?.(input)) ?? []].flat(),
        drive: (engine, call) =>
          engine.callTool(call, async (jit) => {
            const value = await execute(input, context, withJit(details, jit))
            return checked ? checked.parse(value) : value
          }),
      }),
  } as unknown as Parameters<typeof tool>[0])
  return Object.assign(gate.carrier, outer) as unknown as FunctionTool<C, P, unknown>
}

/** The same object, which the SDK knows the call by; `jit` is not to be seen when it is printed. */
function withJit(details: ToolCallDetails | undefined, jit: ToolContext): JitToolCallDetails {
  const own = details ?? {}
  Object.defineProperty(own, 'jit', { value: jit, configurable: true })
  return own as JitToolCallDetails
}

/**
 * The SDK would hold the empty output of a paused call against a schema that can check it. It gets
 * the same schema as plain JSON, and what the tool really returned is checked here.
 */
function outputContract(
  name: string,
  schema: ToolOutputSchema | undefined,
): { readonly schema: ToolOutputSchema; parse(value: unknown): unknown } | undefined {
  if (schema === undefined) return undefined
  if (!('parse' in schema) || typeof schema.parse !== 'function') {
    return { schema, parse: (value) => value }
  }
  const { outputSchema = schema } = tool({
    name,
    description: '',
    parameters: z.object({}),
    outputSchema: schema,
    execute: () => undefined as never,
  })
  return { schema: outputSchema, parse: schema.parse.bind(schema) as (value: unknown) => unknown }
}
