import { Secret } from '@lumojit/protocol'
import type { Context } from './context.ts'
import { issueAgentToken } from './operations/issue-agent-token.ts'
import { revokeToken } from './operations/revoke-token.ts'

interface Kept {
  readonly token: Secret
  /** Milliseconds. */
  readonly expiresAt: number
}

/** Renewed this long before its end, as LumoAuth's SDKs do. */
const EARLY_MS = 60_000

/** An agent's own tokens, one per audience: shared by its tasks, one issue in flight, all ended by `close`. */
export const createBaseTokens = (context: Context, agentId: string) => {
  const current = new Map<string | undefined, Promise<Kept>>()
  const issued = new Set<Kept>()

  const issue = async (audience: string | undefined): Promise<Kept> => {
    const token = await issueAgentToken(context, { agentId, resource: audience })
    const kept = { token: new Secret(token.accessToken), expiresAt: token.expiresAt * 1000 }
    for (const each of issued) if (each.expiresAt <= context.clock.now()) issued.delete(each)
    issued.add(kept)
    return kept
  }
  const renew = (audience: string | undefined): Promise<Kept> => {
    const issuing = issue(audience)
    current.set(audience, issuing)
    issuing.catch(() => {
      if (current.get(audience) === issuing) current.delete(audience)
    })
    return issuing
  }

  return {
    async get(audience: string | undefined, fresh: boolean): Promise<Secret> {
      const known = current.get(audience)
      const kept = await known
      const usable = kept !== undefined && context.clock.now() < kept.expiresAt - EARLY_MS
      if (usable && !fresh) return kept.token
      // Somebody else may have renewed it while this call looked.
      const latest = current.get(audience)
      return (await (latest !== undefined && latest !== known ? latest : renew(audience))).token
    },
    async close(): Promise<void> {
      await Promise.allSettled(current.values())
      const client = { kind: 'agent', id: agentId } as const
      const ending = [...issued]
      issued.clear()
      current.clear()
      for (const { token } of ending) await revokeToken(context, { client, token: token.reveal() })
    },
  }
}
