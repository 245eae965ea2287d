import { agentSlug } from '../agent-slug.ts'
import { auditNotes } from '../audit-notes.ts'
import type { StoredAgent } from '../records.ts'
import type { AgentStore } from '../store/agents.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const agentPart = (ground: MemoryGround): Pick<AuthorityStore, keyof AgentStore> => {
  const { agents, tokens, note, tellRevoked } = ground
  const killTokens = (holder: string, at: number): number => {
    let killed = 0
    for (const token of tokens.values()) {
      if (token.holder !== holder || token.kind === 'user' || token.kind === 'subject') continue
      if (token.revokedAt !== undefined || at >= token.expiresAt) continue
      tokens.set(token.jti, { ...token, revokedAt: at })
      tellRevoked(token.jti, token.expiresAt)
      killed++
    }
    return killed
  }
  const put = (agent: StoredAgent): StoredAgent => {
    agents.set(agent.id, agent)
    return { ...agent }
  }
  const lost = (agent: StoredAgent | undefined) => ({
    won: false,
    killed: 0,
    ...(agent && { agent: { ...agent } }),
  })

  return {
    async agent(id) {
      return structuredClone(agents.get(id))
    },
    async agents() {
      return [...agents.values()]
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((each) => ({ ...each }))
    },
    async addAgent(agent, { by }) {
      const slug = agentSlug(agent.id)
      for (const id of agents.keys()) if (agentSlug(id) === slug) return false
      put({ ...agent })
      note(auditNotes.agentCreated(agent, by))
      return true
    },
    async rotateAgent(given, change) {
      const { at, secretHash, previousUntil, kill } = change
      const { previousHash: _, secretHash: before, ...known } = agents.get(given.id) ?? given
      const agent = put({
        ...known,
        secretHash,
        ...(before !== undefined && { previousHash: before }),
        previousUntil,
        rotatedAt: at,
      })
      const killed = kill ? killTokens(agent.id, at) : 0
      note(auditNotes.agentRotated(agent, change, killed))
      return { won: true, killed, agent }
    },
    async suspendAgent(given, change) {
      const known = agents.get(given.id) ?? given
      if (known.suspendedAt !== undefined) return lost(known)
      const agent = put({ ...known, suspendedAt: change.at })
      const killed = killTokens(agent.id, change.at)
      note(auditNotes.agentSuspended(agent, change, killed))
      return { won: true, killed, agent }
    },
    async resumeAgent(id, { at, by }) {
      const known = agents.get(id)
      if (known?.suspendedAt === undefined) return lost(known)
      const { suspendedAt: _, ...rest } = known
      const agent = put(rest)
      note(auditNotes.agentResumed(id, at, by))
      return { won: true, killed: 0, agent }
    },
  }
}
