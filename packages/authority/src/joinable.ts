import type { StoredRequest } from './records.ts'

/** Whether a repeat of the same question gets the answer of the one before. */
export const isJoinable = (known: StoredRequest, at: number, open: boolean): boolean => {
  if (open || known.state === 'denied') return true
  const spent = known.reuse === 'once' && !known.keyed && known.redemptions > 0
  return known.state === 'approved' && at < (known.redeemUntil ?? 0) && !spent
}
