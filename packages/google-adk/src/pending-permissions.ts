import type { PendingApproval } from '@lumojit/core'
import { type Events, pausesIn } from './pauses.ts'

/** A tool call that waits for a decision of the authority. Everything but `handle` is for display. */
export interface PendingPermission extends PendingApproval {
  /** The model's call that waits. */
  readonly callId: string
  /** Id of ADK's confirmation of it: any reply to it lets the call look again. */
  readonly interruptId: string
  readonly agentName: string
}

/** The calls of a session that wait for the authority. The application's own confirmations are not among them. */
export function pendingPermissions(session: Events): readonly PendingPermission[] {
  return pausesIn(session)
    .filter(({ open }) => open)
    .map(({ callId, interruptId, agentName, kept: { nonce, run, ...approval } }) => ({
      ...approval,
      callId,
      interruptId,
      agentName,
    }))
}
