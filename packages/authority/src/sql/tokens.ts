import { sql } from 'kysely'
import { auditNotes } from '../audit-notes.ts'
import type { AuthorityStore } from '../store.ts'
import { note } from './audit.ts'
import type { Ground, Tx } from './ground.ts'
import { mayHold } from './may-hold.ts'
import { toRequest, toTask, toToken, toTokenRow } from './rows.ts'

/** A guard's clock may be this far behind: the feed speaks of a token this much longer. */
export const SKEW_MS = 60_000
/** Additions between two sweeps. */
const SWEEP_EVERY = 1_000

export const tellRevoked = async (tx: Tx, jti: string, until: number): Promise<void> => {
  await tx
    .insertInto('event')
    .values({ kind: 'revoked', subject: jti, until_at: until + SKEW_MS })
    .execute()
}

/** Kills what lives of a request's tokens, and tells it. */
export const disarm = async (tx: Tx, requestId: string, at: number): Promise<void> => {
  const killed = await tx
    .updateTable('token')
    .set({ revoked_at: at })
    .where('request_id', '=', requestId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .returning(['jti', 'expires_at'])
    .execute()
  for (const { jti, expires_at } of killed) await tellRevoked(tx, jti, expires_at)
}

export const tokenPart = (
  ground: Ground,
): Pick<AuthorityStore, 'addToken' | 'revokeToken' | 'token' | 'eventsAfter'> => {
  let additions = 0
  return {
    addToken: (token, at) =>
      ground.change('addToken', async (tx) => {
        const row = toTokenRow(token)
        const names = Object.keys(row) as (keyof typeof row)[]
        const people = token.kind === 'user' || token.kind === 'subject'
        const { rows } = await sql`
          insert into token (${sql.join(names.map((name) => sql.ref(name)))})
          select ${sql.join(names.map((name) => row[name]))}
          where ${people ? sql`1 = 1` : mayHold(token.holder)}
          returning jti
        `.execute(tx)
        if (rows.length === 0) return false
        if (++additions % SWEEP_EVERY !== 0) return true
        await tx.deleteFrom('token').where('expires_at', '<=', at).execute()
        await tx.deleteFrom('event').where('until_at', '<=', at).execute()
        return true
      }),
    revokeToken: (jti, holder, at) =>
      ground.change('revokeToken', async (tx) => {
        const row = await tx
          .updateTable('token')
          .set({ revoked_at: at })
          .where('jti', '=', jti)
          .where('holder', '=', holder)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', at)
          .returningAll()
          .executeTakeFirst()
        if (!row) return false
        await tellRevoked(tx, jti, row.expires_at)
        const leaves = await tx
          .updateTable('token')
          .set({ revoked_at: at })
          .where('root', '=', jti)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', at)
          .returning(['jti', 'expires_at'])
          .execute()
        for (const leaf of leaves) await tellRevoked(tx, leaf.jti, leaf.expires_at)
        if (row.task_id !== null) await note(tx, auditNotes.tokenRevoked(toToken(row), at))
        return true
      }),
    async token(jti) {
      const db = await ground.read()
      const row = await db.selectFrom('token').selectAll().where('jti', '=', jti).executeTakeFirst()
      if (!row) return undefined
      const { task_id, request_id, root } = row
      const task =
        task_id === null
          ? undefined
          : await db.selectFrom('task').selectAll().where('id', '=', task_id).executeTakeFirst()
      const request =
        request_id === null
          ? undefined
          : await db
              .selectFrom('request')
              .selectAll()
              .where('id', '=', request_id)
              .executeTakeFirst()
      const source =
        root === null
          ? undefined
          : await db
              .selectFrom('token')
              .select('revoked_at')
              .where('jti', '=', root)
              .executeTakeFirst()
      return {
        token: toToken(row),
        rooted: root === null || source?.revoked_at === null,
        ...(task && { task: toTask(task) }),
        ...(request && { request: toRequest(request) }),
      }
    },
    async eventsAfter(after, at) {
      const db = await ground.read()
      const rows = await db
        .selectFrom('event')
        .selectAll()
        .where('sequence', '>', after)
        .where('until_at', '>', at)
        .orderBy('sequence')
        .execute()
      return rows.map(({ sequence, kind, subject, until_at }) => ({
        sequence,
        kind,
        subject,
        until: until_at,
      }))
    },
  }
}
