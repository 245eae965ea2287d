import type { PendingApproval } from '@lumojit/core'

/**
 * What a paused call leaves in the session, as the payload of ADK's confirmation. Whoever can write
 * there can write this: only the sealed handle in it is worth anything, and it holds for one call.
 */
export interface Kept extends PendingApproval {
  /** Tells this call from others of the same id: some models count their calls from zero every turn. */
  readonly nonce: string
  /** Opaque; equal for all pauses of one run, however often it went on. */
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
