import { type AuditNote, nextAnchor, nextEntry } from '../audit-chain.ts'
import type { AuthorityStore } from '../store.ts'
import type { Ground, Tx } from './ground.ts'
import { notesOf } from './noted.ts'

/** Appends to a chain, in the same step as the change it tells of. */
export const note = async (tx: Tx, entry: AuditNote): Promise<void> => {
  const head = await tx
    .selectFrom('chain')
    .select(['chain', 'sequence', 'hash'])
    .where('chain', '=', entry.chain)
    .executeTakeFirst()
  notesOf(tx).push(entry)
  const next = nextEntry(head, entry)
  await tx.insertInto('audit').values(next).execute()
  const { chain, sequence, hash } = next
  await tx
    .insertInto('chain')
    .values({ chain, sequence, hash, anchored: 0 })
    .onConflict((on) => on.column('chain').doUpdateSet({ sequence, hash }))
    .execute()
}

export const auditPart = (
  ground: Ground,
): Pick<AuthorityStore, 'audit' | 'chainHeads' | 'anchors' | 'auditSnapshot' | 'anchorAudit'> => ({
  async audit(chain) {
    let query = (await ground.read()).selectFrom('audit').selectAll()
    if (chain !== undefined) query = query.where('chain', '=', chain)
    return query.orderBy('chain').orderBy('sequence').execute()
  },
  async chainHeads() {
    const db = await ground.read()
    return db.selectFrom('chain').select(['chain', 'sequence', 'hash']).orderBy('chain').execute()
  },
  async anchors() {
    return (await ground.read()).selectFrom('anchor').selectAll().orderBy('sequence').execute()
  },
  async auditSnapshot() {
    const db = await ground.read()
    return db.transaction().execute(async (tx) => ({
      entries: await tx
        .selectFrom('audit')
        .selectAll()
        .orderBy('chain')
        .orderBy('sequence')
        .execute(),
      heads: await tx
        .selectFrom('chain')
        .select(['chain', 'sequence', 'hash'])
        .orderBy('chain')
        .execute(),
      anchors: await tx.selectFrom('anchor').selectAll().orderBy('sequence').execute(),
    }))
  },
  anchorAudit: (at) =>
    ground.change('anchorAudit', async (tx) => {
      const heads = await tx
        .selectFrom('chain')
        .select(['chain', 'sequence', 'hash'])
        .whereRef('sequence', '>', 'anchored')
        .execute()
      if (heads.length === 0) return false
      const last = await tx
        .selectFrom('anchor')
        .select(['sequence', 'hash'])
        .orderBy('sequence', 'desc')
        .limit(1)
        .executeTakeFirst()
      await tx
        .insertInto('anchor')
        .values(nextAnchor(last, heads, at))
        .execute()
      await tx
        .updateTable('chain')
        .set((e) => ({ anchored: e.ref('sequence') }))
        .whereRef('sequence', '>', 'anchored')
        .execute()
      return true
    }),
})
