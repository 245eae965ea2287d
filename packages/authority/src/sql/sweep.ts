import { type SqlBool, sql } from 'kysely'
import { auditNotes } from '../audit-notes.ts'
import type { AuthorityStore } from '../store.ts'
import { note } from './audit.ts'
import type { Ground } from './ground.ts'

export const sweepPart = (ground: Ground): Pick<AuthorityStore, 'sweep'> => ({
  sweep: ({ at, before, most }) =>
    ground.change('sweep', async (tx) => {
      await tx
        .updateTable('request')
        .set({ waiting: 0 })
        .where('waiting', '=', 1)
        .where('pending_until', '<=', at)
        .execute()
      await tx.deleteFrom('token').where('expires_at', '<=', at).execute()
      await tx.deleteFrom('event').where('until_at', '<=', at).execute()
      await tx.deleteFrom('delivery').where('due', 'is', null).where('at', '<=', before).execute()
      const ended = await tx
        .selectFrom('task')
        .innerJoin('chain', 'chain.chain', 'task.id')
        .select(['chain.chain', 'chain.sequence', 'chain.hash'])
        .where(sql<SqlBool>`coalesce(task.ended_at, task.expires_at) <= ${before}`)
        .whereRef('chain.anchored', '=', 'chain.sequence')
        .orderBy(sql`coalesce(task.ended_at, task.expires_at)`)
        .limit(most)
        .execute()
      if (ended.length === 0) return 0
      const ids = ended.map(({ chain }) => chain)
      await tx
        .deleteFrom('callback')
        .where('request_id', 'in', (from) =>
          from.selectFrom('request').select('id').where('task_id', 'in', ids),
        )
        .execute()
      await tx.deleteFrom('request').where('task_id', 'in', ids).execute()
      await tx.deleteFrom('token').where('task_id', 'in', ids).execute()
      await tx.deleteFrom('audit').where('chain', 'in', ids).execute()
      await tx.deleteFrom('chain').where('chain', 'in', ids).execute()
      await tx.deleteFrom('task').where('id', 'in', ids).execute()
      for (const head of ended) await note(tx, auditNotes.taskSwept(head, at))
      return ended.length
    }),
})
