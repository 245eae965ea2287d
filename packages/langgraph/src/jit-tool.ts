import { type DynamicStructuredTool, tool } from '@langchain/core/tools'
import type { InferInteropZodOutput, InteropZodObject } from '@langchain/core/utils/types'
import type { ToolContext } from '@lumojit/core'
import type { DeclaredPermission, GraphRuntime } from './read-call.ts'
import { underPermission } from './under-permission.ts'

/** Asked for before the tool runs, so that no call is spent on finding out. */
export type Permissions<Input> = (
  input: Input,
) =>
  | DeclaredPermission
  | readonly DeclaredPermission[]
  | Promise<DeclaredPermission | readonly DeclaredPermission[]>

/** What a tool is handed besides its input: LangChain's runtime, and the engine's `jit`. */
export type JitToolRuntime = GraphRuntime & { readonly jit: ToolContext }

/** The fields of LangChain's `tool()`, and one more. */
export interface JitToolFields<Schema extends InteropZodObject, Name extends string = string> {
  readonly name: Name
  readonly description: string
  readonly schema: Schema
  readonly returnDirect?: boolean
  readonly tags?: string[]
  readonly metadata?: Record<string, unknown>
  readonly permissions?: Permissions<InferInteropZodOutput<Schema>>
}

/**
 * LangChain's `tool()`, for a tool that may lack a permission. Use `jit.fetch` in it: what an API
 * refuses is asked for, a call that has to wait interrupts the graph, and a refusal is told to the
 * model as a structured, final answer. A pause ends it where it is, and later it runs again from its
 * top. Needs `runWithJit` or `jitMiddleware`.
 */
export function jitTool<Schema extends InteropZodObject, Name extends string, Output>(
  execute: (
    input: InferInteropZodOutput<Schema>,
    runtime: JitToolRuntime,
  ) => Output | Promise<Output>,
  fields: JitToolFields<Schema, Name>,
): DynamicStructuredTool<Schema, InferInteropZodOutput<Schema>, unknown, Output, unknown, Name> {
  const { permissions, ...rest } = fields
  const run = (input: InferInteropZodOutput<Schema>, runtime: GraphRuntime) =>
    underPermission({
      toolName: fields.name,
      input,
      runtime,
      declared: async () => [(await permissions?.(input)) ?? []].flat(),
      drive: (engine, call) =>
        engine.callTool(call, async (jit) => execute(input, withJit(runtime, jit))),
    })
  return tool(run as never, rest as never) as never
}

/** Not to be seen when it is printed, and not carried on where the runtime is passed on as a config. */
function withJit(runtime: GraphRuntime, jit: ToolContext): JitToolRuntime {
  return Object.defineProperty({ ...runtime }, 'jit', { value: jit }) as JitToolRuntime
}
