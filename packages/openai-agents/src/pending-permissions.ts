import type { PendingApproval } from '@lumojit/core'
import type { RunToolApprovalItem } from '@openai/agents'
import { GATE_AGENT, GATE_TOOL } from './gate.ts'
import { keptIn } from './kept.ts'

/** A tool call that waits for a decision of the authority. Everything but `handle` is for display. */
export interface PendingPermission extends PendingApproval {
  /** The model's call that waits. */
  readonly callId: string
  /** The SDK's own item. Rejecting it gives the call up; approving it decides nothing. */
  readonly interruption: RunToolApprovalItem
}

/** A result of a run, or a `RunState`. */
export interface Interrupted {
  readonly interruptions?: readonly RunToolApprovalItem[] | undefined
  getInterruptions?(): readonly RunToolApprovalItem[]
}

/** The calls of a run that wait for the authority. The application's own approvals are not among them. */
export function pendingPermissions(run: Interrupted): readonly PendingPermission[] {
  const items = run.getInterruptions?.() ?? run.interruptions ?? []
  return items.flatMap((interruption) => {
    if (interruption.agent?.name !== GATE_AGENT || interruption.name !== GATE_TOOL) return []
    const kept = keptIn(interruption)
    return kept ? [{ ...kept.approval, callId: kept.callId, interruption }] : []
  })
}
