import {
  type Context,
  FunctionTool,
  type ToolExecuteArgument,
  type ToolInputParameters,
  type ToolOptions,
} from '@google/adk'
import type { ToolContext } from '@lumojit/core'
import type { DeclaredPermission } from './read-call.ts'
import { type Engine, underPermission } from './under-permission.ts'

/** Asked for before the tool runs, so that no call is spent on finding out. */
export type Permissions<Input> = (
  input: Input,
) =>
  | DeclaredPermission
  | readonly DeclaredPermission[]
  | Promise<DeclaredPermission | readonly DeclaredPermission[]>

/** What a tool is given beside the model's arguments. */
export interface JitToolContext {
  /** `fetch`, `request` and `withToken` of this call. */
  readonly jit: ToolContext
  /** ADK's own: state, artifacts, memory. */
  readonly context: Context
}

/** The options of ADK's `FunctionTool`, with one thing more. */
export interface JitToolOptions<P extends ToolInputParameters>
  extends Pick<ToolOptions<P>, 'description' | 'requireConfirmation'> {
  readonly name: string
  readonly parameters?: P
  readonly permissions?: Permissions<ToolExecuteArgument<P>>
  /** A pause ends it in the middle, and later it runs again from its top. */
  readonly execute: (
    input: ToolExecuteArgument<P>,
    context: JitToolContext,
  ) => Promise<unknown> | unknown
}

/**
 * ADK goes on with a call only if the tool says that it asks for confirmation. Its own record of a
 * tool that asked while it ran is lost at the pause.
 */
export class JitTool<P extends ToolInputParameters> extends FunctionTool<P> {
  override async checkRequireConfirmation(): Promise<boolean> {
    return true
  }
}

export type MakeJitTool = <P extends ToolInputParameters = undefined>(
  options: JitToolOptions<P>,
) => FunctionTool<P>

export function jitToolOf(engine: Engine): MakeJitTool {
  return <P extends ToolInputParameters = undefined>(options: JitToolOptions<P>) => {
    const { permissions, execute, ...rest } = options
    return new JitTool<P>({
      ...rest,
      execute: (input, context) =>
        underPermission(engine, {
          toolName: options.name,
          context,
          input,
          declared: async () => (permissions ? [await permissions(input)].flat() : []),
          drive: (jit, call) =>
            jit.callTool(call, async (hands) => {
              return execute(input, { jit: hands, context: context as Context })
            }),
        }),
    })
  }
}
