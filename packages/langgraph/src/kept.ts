import type { PendingApproval } from '@lumojit/core'

/**
 * What a paused call leaves in the checkpoint of its thread, as the value of its interrupt. It comes
 * back from wherever the checkpointer put it: only the sealed handle in it is worth anything, and the
 * handle holds for this key alone.
 */
export interface Kept extends PendingApproval {
  /** Names the call: thread, place in the graph, and the model's own id. */
  readonly key: string
  /** The model's call that waits. */
  readonly callId: string
}

export function keptIn(value: unknown): Kept | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type, handle, key, callId, toolName, requests } = value as Partial<Kept>
  if (type !== 'lumojit.permission' || typeof handle !== 'string') return undefined
  return {
    type,
    handle,
    toolName: String(toolName),
    requests: Array.isArray(requests) ? requests : [],
    key: String(key),
    callId: String(callId),
  }
}
