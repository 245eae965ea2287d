import { auditNotes } from '../audit-notes.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const tokenPart = (
  ground: MemoryGround,
): Pick<AuthorityStore, 'addToken' | 'revokeToken' | 'token' | 'eventsAfter'> => {
  const { tasks, requests, tokens, feed, tellRevoked, note, sweep, isSuspended } = ground
  return {
    async addToken(token, at) {
      sweep(at)
      const people = token.kind === 'user' || token.kind === 'subject'
      if (!people && isSuspended(token.holder)) return false
      tokens.set(token.jti, structuredClone(token))
      return true
    },
    async revokeToken(jti, holder, at) {
      const token = tokens.get(jti)
      if (token?.holder !== holder || token.revokedAt !== undefined) return false
      if (at >= token.expiresAt) return false
      tokens.set(jti, { ...token, revokedAt: at })
      tellRevoked(jti, token.expiresAt)
      for (const leaf of tokens.values()) {
        if (leaf.root !== jti || leaf.revokedAt !== undefined || at >= leaf.expiresAt) continue
        tokens.set(leaf.jti, { ...leaf, revokedAt: at })
        tellRevoked(leaf.jti, leaf.expiresAt)
      }
      if (token.taskId !== undefined) note(auditNotes.tokenRevoked(token, at))
      return true
    },
    async token(jti) {
      const token = tokens.get(jti)
      if (!token) return undefined
      const task = tasks.get(token.taskId ?? '')
      const request = requests.get(token.requestId ?? '')
      const root = token.root === undefined ? undefined : tokens.get(token.root)
      const rooted = token.root === undefined || (root !== undefined && !root.revokedAt)
      return structuredClone({
        token,
        rooted,
        ...(task && { task }),
        ...(request && { request }),
      })
    },
    async eventsAfter(after, at) {
      return structuredClone(
        feed.events.filter((event) => event.sequence > after && event.until > at),
      )
    },
  }
}
