import type { Outcome, PendingApproval, Refusal } from '@lumojit/core'

/** Final, for the model and for the interface alike: what was refused, and whether asking again can help. */
export interface PermissionRefused extends Refusal {
  readonly error: 'permission_refused'
  /** For the model: what to make of it. */
  readonly next: string
}

/** With `escalate: 'model'`: the model decides whether to ask. */
export interface PermissionRequired {
  readonly status: 'permission_required'
  readonly challenge_id: string
  readonly next: string
}

export type PermissionAnswer = PermissionRefused | PermissionRequired

/** Stands for the result of a paused call until it is made into an approval request. Nobody outside sees it. */
export const PAUSED = Object.freeze({ status: 'waiting_for_a_decision' })

export function isAnswer(output: unknown): output is PermissionAnswer {
  const { error, status } = Object(output) as { error?: unknown; status?: unknown }
  return error === 'permission_refused' || status === 'permission_required'
}

export function refused(refusal: Refusal): PermissionRefused {
  const next = refusal.retryable
    ? 'It may be tried again later.'
    : 'This is final. Do not repeat the call; say that it was not permitted.'
  return { error: 'permission_refused', ...refusal, next }
}

/** What the SDK takes as the output of the call. `pause` notes what it waits for. */
export function tellOutcome<R>(
  outcome: Outcome<R>,
  pause: (approval: PendingApproval) => void,
): R | PermissionAnswer | typeof PAUSED {
  switch (outcome.kind) {
    case 'done':
      return outcome.value
    case 'pending':
      pause(outcome.approval)
      return PAUSED
    case 'challenged':
      return {
        status: 'permission_required',
        challenge_id: outcome.challengeId,
        next: 'Call request_jit_access with this challenge_id and a justification, then repeat this call.',
      }
    case 'refused':
      return refused(outcome.refusal)
  }
}
