import type { ToolCall } from '@lumojit/core'
import type { CurrentRun } from './current-run.ts'
import type { ToolCallDetails } from './gate.ts'
import type { Kept } from './kept.ts'

/**
 * What a tool needs before it may run: `resource`, the `url` or `audience` of a listed resource or any
 * URL within it, and `details` (RFC 9396).
 */
export type DeclaredPermission = NonNullable<ToolCall['declared']>[number]

/** The SDK's call, as the engine wants it. */
export function readCall(
  run: CurrentRun,
  toolName: string,
  { toolCall, signal }: ToolCallDetails,
  declared: readonly DeclaredPermission[],
  kept: Kept | undefined,
): ToolCall {
  return {
    task: run.task,
    // Ids of calls are the provider's, and some count from zero in every answer. A call that is
    // executed again comes from a pause, which kept its key.
    key: kept?.key ?? crypto.randomUUID(),
    callId: toolCall?.callId ?? '',
    toolName,
    args: toolCall?.arguments ?? '',
    pending: run.pending,
    // Whether the application will save the state is not to be seen from here.
    durable: false,
    escalate: run.escalate,
    declared,
    ...(run.waitMs === undefined ? {} : { waitMs: run.waitMs }),
    ...(signal ? { signal } : {}),
    ...(kept ? { resumeFrom: kept.approval } : {}),
  }
}
