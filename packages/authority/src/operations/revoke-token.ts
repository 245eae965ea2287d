import { feedTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import type { Client } from '../directory.ts'
import { readToken } from '../tokens.ts'

export interface RevokeTokenInput {
  readonly client: Client
  readonly token: string
}

/** RFC 7009. True when the token works no more; at the wire the caller is told nothing either way. */
export const revokeToken = async (context: Context, input: RevokeTokenInput): Promise<boolean> => {
  const known = await readToken(context, input.token)
  if (!known?.alive) return true
  const { jti, kind } = known.token
  if (kind === 'user' || kind === 'subject' || input.client.kind !== 'agent') return false
  const won = await context.store.revokeToken(jti, input.client.id, context.clock.now())
  if (won) {
    context.counts.revokedTokens++
    context.changes.notify(feedTopic)
    const { taskId } = known.token
    context.changes.tell({ kind: 'revoked', ...(taskId !== undefined && { taskId }) })
  }
  return won
}
