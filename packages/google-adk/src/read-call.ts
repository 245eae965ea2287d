import type { Task, ToolCall } from '@lumojit/core'
import type { Place } from './place.ts'
import type { CallSettings } from './settings.ts'

/**
 * What a tool needs before it may run: `resource`, the `url` or `audience` of a listed resource or any
 * URL within it, and `details` (RFC 9396).
 */
export type DeclaredPermission = NonNullable<ToolCall['declared']>[number]

/** ADK's call, as the engine wants it. */
export function readCall(
  settings: CallSettings,
  place: Place,
  task: Task,
  toolName: string,
  input: unknown,
  nonce: string,
  declared: readonly DeclaredPermission[],
): ToolCall {
  const { pause, signal, pauses, durable, callId } = place
  const { appName, userId, id } = place.session
  const { waitMs } = settings
  return {
    task,
    key: JSON.stringify([appName, userId, id, callId, nonce]),
    callId,
    toolName,
    args: plain(input),
    pending: pauses ? settings.pending : 'block',
    durable,
    escalate: settings.escalate,
    declared,
    ...(pauses && waitMs !== undefined ? { waitMs } : {}),
    ...(signal ? { signal } : {}),
    ...(pause ? { resumeFrom: pause.kept.handle } : {}),
  }
}

/** A schema may have made dates and the like of what the model wrote. */
function plain(input: unknown): NonNullable<ToolCall['args']> | null {
  const text = JSON.stringify(input, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  return text === undefined ? null : JSON.parse(text)
}
