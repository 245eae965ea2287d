import type { Outcome, Refusal } from '@lumojit/core'

/** What the model is told of a refusal. */
export interface ToldRefusal extends Refusal {
  readonly error: 'permission_refused'
  readonly next: string
}

/** What the model sees of a call that waits, should it be asked anything meanwhile. */
const WAITING = {
  status: 'permission_pending',
  next: 'Somebody has been asked for permission. The call goes on by itself; do not repeat it, and do not invent its result.',
}

/** The application took the call back; the authority was not asked, or is asked no more. */
export const DECLINED = {
  error: 'permission_declined',
  retryable: false,
  next: 'The user took this call back. It was not made. Do not repeat it.',
}

/**
 * The value of a tool that is done, or what to tell of one that is not. As a value, not thrown: of an
 * error ADK tells the model no more than a text.
 */
export function tellOutcome(outcome: Outcome<unknown>): unknown {
  switch (outcome.kind) {
    case 'done':
      return outcome.value
    case 'pending':
      return WAITING
    case 'challenged':
      return {
        status: 'permission_required',
        challenge_id: outcome.challengeId,
        next: 'If the user asked for this, call request_jit_access with this challenge_id and a justification, then repeat this call.',
      }
    case 'refused':
      return toldOf(outcome.refusal)
  }
}

function toldOf(refusal: Refusal): ToldRefusal {
  return {
    error: 'permission_refused',
    ...refusal,
    next: refusal.retryable
      ? 'It may be tried again later.'
      : 'This is final. Do not repeat the call; say that it was not permitted.',
  }
}
