import type { InferPublicSchema, PublicSchema } from '@mastra/core/schema'
import {
  createStep,
  type DefaultEngineType,
  type ExecuteFunctionParams,
  type Step,
  type StepParams,
} from '@mastra/core/workflows'
import { placeOfStep } from './place.ts'
import { type Engine, underPermission } from './under-permission.ts'
import { declaredBy, type Permissions, type Within, within } from './within.ts'

/** What Mastra hands to a step. */
type StepContext<In extends PublicSchema, Out extends PublicSchema> = ExecuteFunctionParams<
  unknown,
  InferPublicSchema<In>,
  InferPublicSchema<Out>,
  unknown,
  unknown,
  DefaultEngineType
>
type Params<Id extends string, In extends PublicSchema, Out extends PublicSchema> = StepParams<
  Id,
  undefined,
  In,
  Out
>

/** The options of Mastra's `createStep`, with one thing more, and without schemas for suspending. */
export type JitStepOptions<
  Id extends string,
  In extends PublicSchema,
  Out extends PublicSchema,
> = Omit<Params<Id, In, Out>, 'execute' | 'suspendSchema' | 'resumeSchema'> & {
  readonly permissions?: Permissions<InferPublicSchema<In>>
  /** As ever, with `jit`. A pause ends it here, and later it runs again from its top. */
  readonly execute: (
    context: Within<StepContext<In, Out>>,
  ) => Promise<InferPublicSchema<Out> | ReturnType<StepContext<In, Out>['bail']>>
}

export function jitStepOf(engine: Engine) {
  return <Id extends string, In extends PublicSchema, Out extends PublicSchema>(
    options: JitStepOptions<Id, In, Out>,
  ): Step<
    Id,
    unknown,
    InferPublicSchema<In>,
    InferPublicSchema<Out>,
    unknown,
    unknown,
    DefaultEngineType
  > => {
    const { permissions, execute, ...rest } = options
    const params = {
      ...rest,
      execute: (context: StepContext<In, Out>) => {
        const { inputData } = context
        return underPermission(engine, {
          toolName: options.id,
          place: placeOfStep(options.id, context),
          input: inputData,
          declared: () => declaredBy(permissions, inputData),
          drive: (jit, call) => jit.callTool(call, (hands) => execute(within(context, hands))),
        })
      },
    }
    return createStep<Id, undefined, In, Out>(params as unknown as Params<Id, In, Out>) as never
  }
}
