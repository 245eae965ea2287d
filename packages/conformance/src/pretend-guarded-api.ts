import type { AuthorityServer } from '@lumojit/authority'
import { createGuard } from '@lumojit/guard'
import type { Dialect } from '@lumojit/protocol'
import { type PretendApi, pretendApi } from './pretend-api.ts'
import type { ManualClock } from './pretend-clock.ts'
import type { PretendNet } from './pretend-net.ts'
import { serve } from './pretend-serve.ts'

export interface GuardedApi {
  readonly api: PretendApi
  /** Presents a token at the API's guard, unseen by the API's own records. */
  letsIn(token: string): Promise<boolean>
  close(): Promise<void>
}

/** An API behind the real guard: a host of the pretend net, or (without one) a port of its own. */
export async function guardedApi(
  authority: AuthorityServer,
  audience: string,
  how: {
    readonly net: PretendNet | undefined
    readonly clock: ManualClock
    readonly dialect?: Dialect
    readonly challengeAnonymous?: boolean
    readonly idempotent?: boolean
  },
): Promise<GuardedApi> {
  const { net, clock, dialect = 'lumoauth', challengeAnonymous = false, idempotent = false } = how
  const { issuer } = authority
  const guard = createGuard({
    issuer,
    audience,
    dialect,
    challengeAnonymous,
    ...(net && {
      clock,
      fetch: (to: RequestInfo | URL, init?: RequestInit) => authority.fetch(new Request(to, init)),
    }),
  })
  const check: Parameters<typeof pretendApi>[0]['check'] = async (request, required) => {
    const answer = await guard(request, required ?? [])
    return answer instanceof Response ? answer : undefined
  }
  let api: PretendApi | undefined
  const served = net
    ? undefined
    : await serve((request) => api?.handle(request) ?? new Response(null, { status: 503 }))
  api = pretendApi({ url: served?.url ?? audience, audience, issuer, idempotent, check })
  net?.host(audience, api.handle)
  return {
    api,
    letsIn: async (token) => {
      const headers = { authorization: `Bearer ${token}` }
      return !((await guard(new Request(`${audience}/`, { headers }), [])) instanceof Response)
    },
    close: async () => {
      await served?.close()
      await guard.close()
    },
  }
}
