import type { Decision, Grant, RequestRef } from '@lumojit/protocol'
import type { Refusal, RefusalCode } from './errors.ts'

/**
 * One request's life, as data. `retried`: a new request has already taken the place of one whose
 * time was over, and there is never a third.
 */
export type Escalation =
  | { readonly at: 'ask'; readonly retried: boolean }
  | { readonly at: 'check'; readonly ref: RequestRef; readonly retried: boolean }
  | { readonly at: 'wait'; readonly ref: RequestRef; readonly retried: boolean }
  | { readonly at: 'redeem'; readonly ref: RequestRef; readonly retried: boolean }
  | { readonly at: 'granted'; readonly grant: Grant }
  | { readonly at: 'refused'; readonly refusal: Omit<Refusal, 'retryable'> }

export type EscalationEvent =
  | { readonly type: 'decided'; readonly decision: Decision }
  | { readonly type: 'redeemed'; readonly grant: Grant }
  /** The authority would not redeem, and says how the request stands instead. */
  | { readonly type: 'not-redeemed'; readonly decision: Exclude<Decision, { status: 'granted' }> }

/** A request that is known is looked up; any other is asked. */
export function begin(ref: RequestRef | undefined): Escalation {
  return ref ? { at: 'check', ref, retried: false } : { at: 'ask', retried: false }
}

/** The next state; pure. An event that does not belong to a state leaves it as it is. */
export function next(state: Escalation, event: EscalationEvent): Escalation {
  if (state.at === 'granted' || state.at === 'refused') return state
  if (event.type === 'redeemed') {
    return state.at === 'redeem' ? { at: 'granted', grant: event.grant } : state
  }
  const { decision } = event
  const { retried } = state
  switch (decision.status) {
    case 'granted':
      return { at: 'redeem', ref: decision.ref, retried }
    case 'pending':
      return { at: 'wait', ref: decision.ref, retried }
    case 'expired':
      // Known from before, or approved and its window over: the question is asked anew, once.
      // Expired while somebody waited for it: that was the answer.
      return (state.at === 'check' || state.at === 'redeem') && !retried
        ? { at: 'ask', retried: true }
        : refused('EXPIRED', decision)
    case 'denied':
      return refused('DENIED', decision)
    case 'revoked':
      return refused('REVOKED', decision)
    case 'task-ended':
      return refused('TASK_ENDED', decision)
  }
}

function refused(
  code: RefusalCode,
  { message, risk }: { readonly message?: string; readonly risk?: string },
): Escalation {
  return {
    at: 'refused',
    refusal: {
      code,
      ...(message === undefined ? {} : { message }),
      ...(risk === undefined ? {} : { risk }),
    },
  }
}
