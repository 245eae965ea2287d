import { sql } from 'kysely'
import { auditNotes } from '../audit-notes.ts'
import type { AuthorityStore } from '../store.ts'
import { note } from './audit.ts'
import type { Ground } from './ground.ts'

export const keyPart = (ground: Ground): Pick<AuthorityStore, 'keys' | 'addKey'> => ({
  async keys() {
    const db = await ground.read()
    const rows = await db
      .selectFrom('signing_key')
      .selectAll()
      .orderBy('generation', 'desc')
      .execute()
    return rows.map(({ generation, jwk, signs_from, verifies_until }) => ({
      generation,
      jwk: JSON.parse(jwk),
      signsFrom: signs_from,
      ...(verifies_until !== null && { verifiesUntil: verifies_until }),
    }))
  },
  addKey: (key, { at, by, retireAt }) =>
    ground.change('addKey', async (tx) => {
      const { generation, signsFrom, verifiesUntil } = key
      const { rows } = await sql`
        insert into signing_key (generation, jwk, signs_from, verifies_until)
        select ${generation}, ${JSON.stringify(key.jwk)}, ${signsFrom}, ${verifiesUntil ?? null}
        where (select coalesce(max(generation), 0) from signing_key) = ${generation - 1}
        on conflict (generation) do nothing
        returning generation
      `.execute(tx)
      if (rows.length === 0) return false
      if (retireAt !== undefined)
        await tx
          .updateTable('signing_key')
          .set({ verifies_until: retireAt })
          .where('generation', '<', generation)
          .where('verifies_until', 'is', null)
          .execute()
      await tx.deleteFrom('signing_key').where('verifies_until', '<=', at).execute()
      await note(tx, auditNotes.keyAdded(key, at, by))
      return true
    }),
})
