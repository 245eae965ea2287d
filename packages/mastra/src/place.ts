import { LumojitError } from '@lumojit/core'
import type { Mastra } from '@mastra/core/mastra'
import { RequestContext } from '@mastra/core/request-context'
import { InMemoryStore } from '@mastra/core/storage'
import type { ToolExecutionContext } from '@mastra/core/tools'
import { type Kept, keptIn } from './kept.ts'
import { nameIn } from './run-tasks.ts'

type AnyToolContext = ToolExecutionContext<unknown, unknown, unknown>
type Suspend = (payload: Kept) => unknown

/** Where a call happens: what of it outlives the process, and how it pauses there. */
export interface Place {
  /** Name of the task. */
  readonly name: string
  readonly requestContext: RequestContext
  /** Equal on every execution of the call, but not for it alone. */
  readonly call: readonly string[]
  readonly callId: string
  readonly signal: AbortSignal | undefined
  readonly kept: Kept | undefined
  /** Absent where a pause would be a dead end. */
  readonly suspend: Suspend | undefined
  /** Is there a storage that outlives the process? */
  readonly durable: boolean
  /** True when nothing around this call will end its task. */
  readonly alone: boolean
}

/** What a workflow hands to a step, as far as it matters here. */
export interface StepSurroundings {
  readonly runId: string
  readonly requestContext: RequestContext
  readonly mastra?: Mastra
  readonly abortSignal?: AbortSignal
  readonly suspendData?: unknown
  suspend(payload: Kept): unknown
}

/** Of a tool: called by an agent, as a step of a workflow, or by hand. `resumeData` is nobody's business. */
export function placeOfTool(toolName: string, context: AnyToolContext | undefined): Place {
  const { agent, workflow, abortSignal, mastra } = context ?? {}
  if (agent?.toolCallId) {
    const { requestContext } = context ?? {}
    const told = nameIn(requestContext)
    if (!told || !requestContext) {
      throw new LumojitError(
        'NO_TASK',
        `The tool ${toolName} was called by an agent that nothing ends the task of.`,
        `Give the agent ${agent.agentId} a jitProcessor(), in inputProcessors and in outputProcessors.`,
      )
    }
    const { runId } = context as { readonly runId?: string }
    return {
      name: told.name,
      requestContext,
      call: [runId ?? '', agent.toolCallId],
      callId: agent.toolCallId,
      signal: abortSignal,
      kept: keptIn(agent.suspendPayload),
      alone: false,
      ...pauses(mastra, agent.isBackgroundTask ? undefined : agent.suspend),
    }
  }
  if (workflow?.runId) {
    return placeOfStep(toolName, {
      runId: workflow.runId,
      requestContext: (context?.requestContext ?? new RequestContext()) as RequestContext,
      suspendData: workflow.suspendPayload,
      suspend: workflow.suspend,
      ...(mastra ? { mastra: mastra as Mastra } : {}),
      ...(abortSignal ? { abortSignal } : {}),
    })
  }
  const name = crypto.randomUUID()
  return {
    name,
    requestContext: (context?.requestContext ?? new RequestContext()) as RequestContext,
    call: [name],
    callId: name,
    signal: abortSignal,
    kept: undefined,
    suspend: undefined,
    durable: false,
    alone: true,
  }
}

export function placeOfStep(stepId: string, step: StepSurroundings): Place {
  return {
    name: workflowTask(step.runId),
    requestContext: step.requestContext,
    call: [step.runId, stepId],
    callId: stepId,
    signal: step.abortSignal,
    kept: keptIn(step.suspendData),
    alone: false,
    ...pauses(step.mastra, step.suspend),
  }
}

/** Name of the task of a workflow's run. */
export function workflowTask(runId: string): string {
  return `workflow/${runId}`
}

/** An agent that is registered nowhere says that it is suspended, and can never go on. */
function pauses(
  mastra: unknown,
  suspend: Suspend | undefined,
): { readonly suspend: Suspend | undefined; readonly durable: boolean } {
  const storage = (mastra as Partial<Mastra> | undefined)?.getStorage?.()
  if (!storage || !suspend) return { suspend: undefined, durable: false }
  return { suspend, durable: !(storage instanceof InMemoryStore) }
}
