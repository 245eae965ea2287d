import type { Task, ToolCall } from '@lumojit/core'
import type { Place } from './place.ts'
import type { CallSettings } from './settings.ts'

/**
 * What a tool needs before it may run: `resource`, the `url` or `audience` of a listed resource or any
 * URL within it, and `details` (RFC 9396).
 */
export type DeclaredPermission = NonNullable<ToolCall['declared']>[number]

/** Mastra's call, as the engine wants it. */
export function readCall(
  settings: CallSettings,
  place: Place,
  task: Task,
  toolName: string,
  input: unknown,
  nonce: string,
  declared: readonly DeclaredPermission[],
): ToolCall {
  const { kept, signal, suspend, durable } = place
  const { waitMs } = settings
  return {
    task,
    key: JSON.stringify([...place.call, nonce]),
    callId: place.callId,
    toolName,
    args: plain(input),
    pending: suspend ? settings.pending : 'block',
    durable,
    escalate: settings.escalate,
    declared,
    ...(suspend && waitMs !== undefined ? { waitMs } : {}),
    ...(signal ? { signal } : {}),
    ...(kept ? { resumeFrom: kept.handle } : {}),
  }
}

/** A schema may have made dates and the like of what the model wrote. */
function plain(input: unknown): NonNullable<ToolCall['args']> | null {
  const text = JSON.stringify(input, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  return text === undefined ? null : JSON.parse(text)
}
