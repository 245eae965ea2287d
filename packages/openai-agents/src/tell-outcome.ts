import type { Outcome, Refusal } from '@lumojit/core'

/** What the model is told of a refusal, whatever the tool's output would have looked like. */
export interface ToldRefusal extends Refusal {
  readonly error: 'permission_refused'
  readonly next: string
}

/** The engine's outcome, as the model is told of it. A pause is told to nobody: the run stops there. */
export function tellOutcome(outcome: Exclude<Outcome<unknown>, { kind: 'pending' }>): unknown {
  switch (outcome.kind) {
    case 'done':
      return outcome.value
    case 'challenged':
      return {
        status: 'permission_required',
        challenge_id: outcome.challengeId,
        next: 'If the user asked for this, call request_jit_access with this challenge_id and a justification, then repeat this call.',
      }
    case 'refused':
      return tellRefusal(outcome.refusal)
  }
}

export function tellRefusal(refusal: Refusal): ToldRefusal {
  return {
    error: 'permission_refused',
    ...refusal,
    next: refusal.retryable
      ? 'It may be tried again later.'
      : 'This is final. Do not repeat the call; say that it was not permitted.',
  }
}
