import type { AuthorityStore } from '../store.ts'
import type { Ground } from './ground.ts'

export const callbackPart = (
  ground: Ground,
): Pick<AuthorityStore, 'takeCallbacks' | 'settleCallback'> => ({
  async takeCallbacks(at, { most, leaseMs }) {
    const db = await ground.read()
    const nothing = await db
      .selectFrom('callback')
      .select('request_id')
      .where('due', '<=', at)
      .limit(1)
      .executeTakeFirst()
    // Looked at without a lock first: most of the time nothing is due.
    if (!nothing) return []
    return ground.change('takeCallbacks', async (tx) => {
      const rows = await tx
        .selectFrom('callback')
        .selectAll()
        .where('due', '<=', at)
        .orderBy('due')
        .limit(most)
        .execute()
      const taken: typeof rows = []
      for (const row of rows) {
        const won = await tx
          .updateTable('callback')
          .set({ due: at + leaseMs })
          .where('request_id', '=', row.request_id)
          .where('due', '=', row.due)
          .returning('id')
          .executeTakeFirst()
        if (won) taken.push(row)
      }
      const due = at + leaseMs
      return taken.map(({ request_id, ...rest }) => ({ requestId: request_id, ...rest, due }))
    })
  },
  settleCallback: ({ requestId, attempts, due }, { retryAt }) =>
    ground.change('settleCallback', async (tx) => {
      if (retryAt === undefined)
        await tx
          .deleteFrom('callback')
          .where('request_id', '=', requestId)
          .where('due', '=', due)
          .execute()
      else
        await tx
          .updateTable('callback')
          .set({ due: retryAt, attempts: attempts + 1 })
          .where('request_id', '=', requestId)
          .where('due', '=', due)
          .execute()
    }),
})
