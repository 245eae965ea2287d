import type { PendingApproval } from '@lumojit/core'
import type { RunToolApprovalItem } from '@openai/agents'

/**
 * What a paused call leaves in the state of its run, as the arguments of the interruption. It comes
 * back from wherever the application put it: only the sealed handle in it is worth anything, and the
 * handle holds for this key alone.
 */
export interface Kept {
  readonly key: string
  readonly callId: string
  readonly approval: PendingApproval
}

export function keptIn({ rawItem }: RunToolApprovalItem): Kept | undefined {
  if (!('arguments' in rawItem) || typeof rawItem.arguments !== 'string') return undefined
  try {
    const { key, callId, approval } = JSON.parse(rawItem.arguments)
    if (typeof key !== 'string' || typeof approval?.handle !== 'string') return undefined
    return { key, callId: String(callId), approval }
  } catch {
    return undefined
  }
}
