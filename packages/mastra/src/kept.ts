import type { PendingApproval } from '@lumojit/core'

/**
 * What a paused call leaves in Mastra's snapshot, as the payload of its suspension. Whoever can write
 * there can write this: only the sealed handle in it is worth anything, and it holds for one key.
 */
export interface Kept extends PendingApproval {
  /** Tells this call from others of the same id: some models count their calls from zero every turn. */
  readonly nonce: string
  /** Opaque; equal for all pauses of one run and of the sub-agents in it. */
  readonly run: string
}

export function keptIn(payload: unknown): Kept | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined
  const { type, handle, nonce, run, requests } = payload as Partial<Record<keyof Kept, unknown>>
  if (type !== 'lumojit.permission' || typeof handle !== 'string') return undefined
  if (typeof nonce !== 'string' || typeof run !== 'string' || !Array.isArray(requests)) {
    return undefined
  }
  return payload as Kept
}

/** The same, of a call that waits in a sub-agent: some runs wrap what their sub-agent left. */
export function keptWithin(payload: unknown): Kept | undefined {
  const here = keptIn(payload)
  if (here || typeof payload !== 'object' || payload === null) return here
  const { suspendPayload } = payload as { readonly suspendPayload?: unknown }
  return suspendPayload === undefined ? undefined : keptWithin(suspendPayload)
}
