import type { Authority, Decision, PermissionRequest, Secret } from '@lumojit/protocol'

export interface Told {
  asked(request: PermissionRequest, decision: Decision): void
  waiting(decision: Extract<Decision, { status: 'pending' }>): void
  /** Every token that comes this way. */
  token(token: Secret): void
}

/** The same authority, with somebody listening to what is asked of it. */
export function toldAuthority(authority: Authority, told: Told): Authority {
  return {
    ...authority,
    request: async (task, request, io) => {
      const decision = await authority.request(task, request, io)
      told.asked(request, decision)
      if (decision.status === 'pending') told.waiting(decision)
      return decision
    },
    redeem: async (ref, request, io) => {
      const answer = await authority.redeem(ref, request, io)
      if ('token' in answer) told.token(answer.token)
      return answer
    },
    baseToken: async (...of) => {
      const token = await authority.baseToken(...of)
      if (token) told.token(token)
      return token
    },
  }
}
