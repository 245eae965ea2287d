import { type AuthorizationDetails, covers } from '@lumojit/protocol'
import type { Verdict } from './rules.ts'

/** What a person took back is not given again in this task; a part of it is a person's to give. */
export const afterRevocations = (
  verdict: Verdict,
  details: AuthorizationDetails,
  refused: readonly AuthorizationDetails[],
): Verdict['decision'] => {
  if (refused.some((each) => covers(details, each))) return 'deny'
  if (verdict.decision === 'grant' && refused.some((each) => covers(each, details))) return 'ask'
  return verdict.decision
}

/** What a request is born as. */
export const decideAtOnce = (
  decision: Verdict['decision'],
  details: AuthorizationDetails,
  { now, redeemUntil }: { readonly now: number; readonly redeemUntil: number },
) => {
  if (decision === 'ask') return { state: 'pending' } as const
  if (decision === 'deny') return { state: 'denied', decidedAt: now } as const
  // Granted by rule: asking again would be answered the same, so the whole task may use it.
  return {
    state: 'approved',
    decidedAt: now,
    granted: details,
    redeemUntil,
    reuse: 'task',
  } as const
}
