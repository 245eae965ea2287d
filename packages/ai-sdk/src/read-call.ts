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

/** The SDK's call as core wants it. */
export function readCall(run: Run, call: SdkCall): ToolCall {
  const { toolCallId, toolName, input, declared } = call
  const { pending, waitMs, escalate } = run.settings
  const signal = call.abortSignal ?? run.signal
  const kept = run.kept.get(toolCallId)?.pause
  return {
    task: run.task,
    key: keyOf(run, toolCallId),
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

/**
 * A call id is the model's; what makes it unique is the run. A browser that sends back another run's
 * name gains nothing: no handle is sealed for the call it then speaks of, and core keeps the calls
 * of different people apart whatever they are named.
 */
function keyOf({ id, inside }: Run, toolCallId: string): string {
  return JSON.stringify([...(inside ? [inside.key, inside.nth] : [id]), toolCallId])
}

/** Schemas may make dates and the like of what the model wrote; messages only carry JSON. */
function plain(input: unknown): Json {
  return JSON.parse(JSON.stringify(input ?? null)) as Json
}
