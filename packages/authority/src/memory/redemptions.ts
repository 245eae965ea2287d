import { auditNotes } from '../audit-notes.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const redemptionPart = (ground: MemoryGround): Pick<AuthorityStore, 'redeem'> => {
  const { requests, tokens, spent, taskIsActive, note, put, lost, disarm, sweep, isSuspended } =
    ground
  return {
    async redeem(id, token, at, budget) {
      const request = requests.get(id)
      const open =
        request?.state === 'approved' &&
        at < (request.redeemUntil ?? 0) &&
        taskIsActive(request.taskId, at) &&
        !isSuspended(token.holder)
      if (!request || !open) return lost(request)
      if (budget) {
        const period = Math.floor(at / budget.periodMs)
        const before = spent.get(token.holder)
        const used = before?.period === period ? before.used : 0
        const until = (period + 1) * budget.periodMs
        if (used >= budget.tokens) return { ...lost(request), overBudget: { until } }
        spent.set(token.holder, { period, used: used + 1 })
      }
      const liveToken = { jti: token.jti, expiresAt: token.expiresAt }
      const redemptions = request.redemptions + 1
      sweep(at)
      const armed = { ...disarm(request, at), redemptions, liveToken }
      tokens.set(token.jti, structuredClone(token))
      note(auditNotes.tokenIssued(token, at))
      return { won: true, request: put(armed) }
    },
  }
}
