import type { Kysely, Updateable } from 'kysely'
import { auditNotes } from '../audit-notes.ts'
import type { StoredSession } from '../records.ts'
import type { PeopleStore } from '../store/people.ts'
import type { AuthorityStore } from '../store.ts'
import { note } from './audit.ts'
import type { Ground } from './ground.ts'
import type { Schema, SessionRow } from './schema.ts'

const toSession = (row: SessionRow): StoredSession => ({
  key: row.key,
  userId: row.user_id,
  method: row.method,
  hash: row.hash,
  ...(row.previous_hash !== null && { previousHash: row.previous_hash }),
  ...(row.previous_until !== null && { previousUntil: row.previous_until }),
  openedAt: row.opened_at,
  rotatedAt: row.rotated_at,
  idleUntil: row.idle_until,
  endsAt: row.ends_at,
})

const toRow = (session: StoredSession): SessionRow => ({
  key: session.key,
  user_id: session.userId,
  method: session.method,
  hash: session.hash,
  previous_hash: session.previousHash ?? null,
  previous_until: session.previousUntil ?? null,
  opened_at: session.openedAt,
  rotated_at: session.rotatedAt,
  idle_until: session.idleUntil,
  ends_at: session.endsAt,
})

export const peoplePart = (ground: Ground): Pick<AuthorityStore, keyof PeopleStore> => {
  /** Sessions that are not over, by the hash of their secret or of the one before. */
  const living = (db: Kysely<Schema>, hash: string, at: number) =>
    db
      .selectFrom('session')
      .where((e) =>
        e.or([
          e('hash', '=', hash),
          e.and([e('previous_hash', '=', hash), e('previous_until', '>', at)]),
        ]),
      )
      .where('idle_until', '>', at)
      .where('ends_at', '>', at)
  return {
    async password(userId) {
      const db = await ground.read()
      const row = await db
        .selectFrom('password')
        .select('hash')
        .where('user_id', '=', userId)
        .executeTakeFirst()
      return row?.hash
    },
    async usersWithPassword() {
      const db = await ground.read()
      const rows = await db.selectFrom('password').select('user_id').orderBy('user_id').execute()
      return rows.map(({ user_id }) => user_id)
    },
    setPassword: (userId, { hash, at, by }) =>
      ground.change('setPassword', async (tx) => {
        await tx
          .insertInto('password')
          .values({ user_id: userId, hash })
          .onConflict((on) => on.column('user_id').doUpdateSet({ hash }))
          .execute()
        const ended = await tx
          .deleteFrom('session')
          .where('user_id', '=', userId)
          .returning(['idle_until', 'ends_at'])
          .execute()
        const living = ended.filter(({ idle_until, ends_at }) => at < Math.min(idle_until, ends_at))
        await note(tx, auditNotes.passwordSet(userId, at, by, living.length))
      }),
    addLink: ({ hash, userId, expiresAt }, at) =>
      ground.change('addLink', async (tx) => {
        await tx.deleteFrom('sign_in_link').where('expires_at', '<=', at).execute()
        await tx
          .insertInto('sign_in_link')
          .values({ hash, user_id: userId, expires_at: expiresAt })
          .execute()
        await note(tx, auditNotes.linkMade(userId, at, expiresAt))
      }),
    redeemLink: (hash, opening) =>
      ground.change('redeemLink', async (tx) => {
        const link = await tx
          .deleteFrom('sign_in_link')
          .where('hash', '=', hash)
          .where('expires_at', '>', opening.openedAt)
          .returning('user_id')
          .executeTakeFirst()
        if (!link) return undefined
        const session = { ...opening, userId: link.user_id }
        await tx.insertInto('session').values(toRow(session)).execute()
        await note(tx, auditNotes.sessionOpened(session))
        return session
      }),
    openSession: (session) =>
      ground.change('openSession', async (tx) => {
        const at = session.openedAt
        await tx
          .deleteFrom('session')
          .where((e) => e.or([e('ends_at', '<=', at), e('idle_until', '<=', at)]))
          .execute()
        await tx.insertInto('session').values(toRow(session)).execute()
        await note(tx, auditNotes.sessionOpened(session))
      }),
    async session(hash, at) {
      const row = await living(await ground.read(), hash, at)
        .selectAll()
        .executeTakeFirst()
      return row && toSession(row)
    },
    rotateSession: (from, { at, to, previousUntil }) =>
      ground.change('rotateSession', async (tx) => {
        const change: Updateable<SessionRow> = {
          hash: to,
          previous_hash: from,
          previous_until: previousUntil,
          rotated_at: at,
        }
        const row = await tx
          .updateTable('session')
          .set(change)
          .where('hash', '=', from)
          .where('idle_until', '>', at)
          .where('ends_at', '>', at)
          .returning('key')
          .executeTakeFirst()
        return row !== undefined
      }),
    touchSession: (key, idleUntil) =>
      ground.change('touchSession', async (tx) => {
        await tx
          .updateTable('session')
          .set({ idle_until: idleUntil })
          .where('key', '=', key)
          .where('idle_until', '<', idleUntil)
          .execute()
      }),
    async endSession(hash, at) {
      const known = await living(await ground.read(), hash, at)
        .select('key')
        .executeTakeFirst()
      if (!known) return false
      return ground.change('endSession', async (tx) => {
        const row = await tx
          .deleteFrom('session')
          .where('key', '=', known.key)
          .returningAll()
          .executeTakeFirst()
        if (!row) return false
        await note(tx, auditNotes.sessionEnded(toSession(row), at))
        return true
      })
    },
    appendAudit: (entry) => ground.change('appendAudit', (tx) => note(tx, entry)),
  }
}
