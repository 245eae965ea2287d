import type { InferPublicSchema, PublicSchema } from '@mastra/core/schema'
import { createTool, type ToolExecutionContext } from '@mastra/core/tools'
import { placeOfTool } from './place.ts'
import { type Engine, underPermission } from './under-permission.ts'
import { declaredBy, type Permissions, type Within, within } from './within.ts'

type Schema = PublicSchema | undefined
type Read<S> = S extends PublicSchema ? InferPublicSchema<S> : unknown
/** What Mastra hands to a tool. */
export type MastraToolContext = ToolExecutionContext<unknown, unknown, unknown>
type Made<Id extends string, In extends Schema, Out extends Schema> = ReturnType<
  typeof createTool<Id, In, Out>
>
type Options<Id extends string, In extends Schema, Out extends Schema> = Parameters<
  typeof createTool<Id, In, Out>
>[0]

/** The options of Mastra's `createTool`, with one thing more, and without schemas for suspending. */
export type JitToolOptions<Id extends string, In extends Schema, Out extends Schema> = Omit<
  Options<Id, In, Out>,
  'id' | 'inputSchema' | 'outputSchema' | 'suspendSchema' | 'resumeSchema' | 'execute'
> & {
  readonly id: Id
  readonly inputSchema?: In
  readonly outputSchema?: Out
  readonly permissions?: Permissions<Read<In>>
  /** As ever, with `jit` in the context. A pause ends it here, and later it runs again from its top. */
  readonly execute: (
    input: Read<In>,
    context: Within<MastraToolContext>,
  ) => Promise<Out extends PublicSchema ? InferPublicSchema<Out> : unknown>
}

export interface WithJitOptions<Input> {
  /** What the engine calls the tool: the `id` it is made with. */
  readonly id: string
  readonly permissions?: Permissions<Input>
}

type Execute<Input, R> = (input: Input, context: Within<MastraToolContext>) => Promise<R>
type MastraExecute<Input, R> = (input: Input, context: MastraToolContext) => Promise<R>

export function withJitOf(engine: Engine) {
  return <Input, R>(
    options: WithJitOptions<Input>,
    execute: Execute<Input, R>,
  ): MastraExecute<Input, R> =>
    async (input, context) => {
      const { id, permissions } = options
      return underPermission<R>(engine, {
        toolName: id,
        place: placeOfTool(id, context),
        input,
        declared: () => declaredBy(permissions, input),
        drive: (jit, call) => jit.callTool(call, (hands) => execute(input, within(context, hands))),
      }) as Promise<R>
    }
}

export function jitToolOf(engine: Engine) {
  const withJit = withJitOf(engine)
  return <Id extends string, In extends Schema = undefined, Out extends Schema = undefined>(
    options: JitToolOptions<Id, In, Out>,
  ): Made<Id, In, Out> => {
    const { permissions, execute, ...rest } = options
    const named = { id: options.id, ...(permissions ? { permissions } : {}) }
    // No suspendSchema: with one, Mastra runs all calls of the agent one after the other.
    return createTool<Id, In, Out>({
      ...rest,
      execute: withJit(named, execute as Execute<Read<In>, never>),
    } as unknown as Options<Id, In, Out>) as Made<Id, In, Out>
  }
}
