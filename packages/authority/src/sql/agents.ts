import { sql } from 'kysely'
import { agentSlug } from '../agent-slug.ts'
import { auditNotes } from '../audit-notes.ts'
import type { StoredAgent } from '../records.ts'
import type { AgentStore } from '../store/agents.ts'
import type { AuthorityStore } from '../store.ts'
import { note } from './audit.ts'
import type { Ground, Tx } from './ground.ts'
import type { AgentRow } from './schema.ts'
import { tellRevoked } from './tokens.ts'

const toAgent = (row: AgentRow): StoredAgent => ({
  id: row.id,
  ...JSON.parse(row.profile),
  ...(row.secret_hash !== null && { secretHash: row.secret_hash }),
  ...(row.previous_hash !== null && { previousHash: row.previous_hash }),
  ...(row.previous_until !== null && { previousUntil: row.previous_until }),
  createdAt: row.created_at,
  ...(row.rotated_at !== null && { rotatedAt: row.rotated_at }),
  ...(row.suspended_at !== null && { suspendedAt: row.suspended_at }),
})

const toRow = (agent: StoredAgent): AgentRow => ({
  id: agent.id,
  slug: agentSlug(agent.id),
  profile: JSON.stringify({
    name: agent.name,
    scope: agent.scope,
    actsForUsers: agent.actsForUsers,
  }),
  secret_hash: agent.secretHash ?? null,
  previous_hash: agent.previousHash ?? null,
  previous_until: agent.previousUntil ?? null,
  created_at: agent.createdAt,
  rotated_at: agent.rotatedAt ?? null,
  suspended_at: agent.suspendedAt ?? null,
})

/** Kills what an agent holds, and tells it; how many lived. */
const killTokens = async (tx: Tx, holder: string, at: number): Promise<number> => {
  const killed = await tx
    .updateTable('token')
    .set({ revoked_at: at })
    .where('holder', '=', holder)
    .where('kind', 'in', ['agent', 'resource', 'jit'])
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .returning(['jti', 'expires_at'])
    .execute()
  for (const { jti, expires_at } of killed) await tellRevoked(tx, jti, expires_at)
  return killed.length
}

export const agentPart = (ground: Ground): Pick<AuthorityStore, keyof AgentStore> => {
  const find = async (id: string) => {
    const db = await ground.read()
    const row = await db.selectFrom('agent').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toAgent(row)
  }
  const lost = async (id: string) => {
    const agent = await find(id)
    return { won: false, killed: 0, ...(agent && { agent }) }
  }
  return {
    agent: find,
    async agents() {
      const db = await ground.read()
      const rows = await db.selectFrom('agent').selectAll().orderBy('id').execute()
      return rows.map(toAgent)
    },
    addAgent: (agent, { by }) =>
      ground.change('addAgent', async (tx) => {
        const row = await tx
          .insertInto('agent')
          .values(toRow(agent))
          .onConflict((on) => on.doNothing())
          .returning('id')
          .executeTakeFirst()
        if (!row) return false
        await note(tx, auditNotes.agentCreated(agent, by))
        return true
      }),
    rotateAgent: (agent, change) =>
      ground.change('rotateAgent', async (tx) => {
        const { at, secretHash, previousUntil, kill } = change
        const rotated = {
          secret_hash: secretHash,
          previous_until: previousUntil,
          rotated_at: at,
        }
        const row = await tx
          .insertInto('agent')
          .values({ ...toRow(agent), ...rotated, previous_hash: agent.secretHash ?? null })
          .onConflict((on) =>
            on.column('id').doUpdateSet({
              ...rotated,
              previous_hash: sql<string | null>`agent.secret_hash`,
            }),
          )
          .returningAll()
          .executeTakeFirstOrThrow()
        const killed = kill ? await killTokens(tx, agent.id, at) : 0
        await note(tx, auditNotes.agentRotated(agent, change, killed))
        return { won: true, killed, agent: toAgent(row) }
      }),
    suspendAgent: async (agent, change) => {
      const suspended = await ground.change('suspendAgent', async (tx) => {
        const row = await tx
          .insertInto('agent')
          .values({ ...toRow(agent), suspended_at: change.at })
          .onConflict((on) =>
            on
              .column('id')
              .doUpdateSet({ suspended_at: change.at })
              .where('agent.suspended_at', 'is', null),
          )
          .returningAll()
          .executeTakeFirst()
        if (!row) return undefined
        const killed = await killTokens(tx, agent.id, change.at)
        await note(tx, auditNotes.agentSuspended(agent, change, killed))
        return { won: true, killed, agent: toAgent(row) }
      })
      return suspended ?? lost(agent.id)
    },
    resumeAgent: async (id, { at, by }) => {
      const resumed = await ground.change('resumeAgent', async (tx) => {
        const row = await tx
          .updateTable('agent')
          .set({ suspended_at: null })
          .where('id', '=', id)
          .where('suspended_at', 'is not', null)
          .returningAll()
          .executeTakeFirst()
        if (!row) return undefined
        await note(tx, auditNotes.agentResumed(id, at, by))
        return { won: true, killed: 0, agent: toAgent(row) }
      })
      return resumed ?? lost(id)
    },
  }
}
