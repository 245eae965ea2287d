import type { ToolCall } from '@lumojit/core'
import type { AuthorizationDetails, Json } from '@lumojit/protocol'
import type { Run } from './run.ts'

/** What a tool says it needs before it runs. */
export interface Declared {
  /** The `url` or `audience` of a listed resource, or any URL within it. */
  readonly resource: string
  readonly details: AuthorizationDetails
}

export interface SdkCall {
  readonly toolCallId: string
  readonly toolName: string
  readonly input: unknown
  readonly abortSignal?: AbortSignal | undefined
  readonly declared: readonly Declared[]
}

/** The SDK's call as core wants it. Opens the task, whose id names the call in every process. */
export async function readCall(run: Run, call: SdkCall): Promise<ToolCall> {
  const { toolCallId, toolName, input, declared } = call
  const { pending, waitMs, escalate } = run.settings
  const signal = call.abortSignal ?? run.signal
  const kept = run.kept.get(toolCallId)
  return {
    task: run.task,
    key: await keyOf(run, toolCallId),
    callId: toolCallId,
    toolName,
    args: plain(input),
    pending,
    // Where messages go after a run, the SDK does not tell.
    durable: false,
    escalate,
    declared,
    ...(signal ? { signal } : {}),
    ...(waitMs === undefined ? {} : { waitMs }),
    // With a run inside, what was kept belongs to its calls.
    ...(kept && !kept.threads ? { resumeFrom: kept.approvals[0] } : {}),
  }
}

/** Call ids are the model's: what makes them unique is the task, which the authority named and the handle sealed. */
export async function keyOf({ task, inside }: Run, toolCallId: string): Promise<string> {
  return JSON.stringify([inside ? [inside.key, inside.nth] : await task.open(), toolCallId])
}

/** Schemas may make dates and the like of what the model wrote; messages only carry JSON. */
function plain(input: unknown): Json {
  return JSON.parse(JSON.stringify(input ?? null)) as Json
}
