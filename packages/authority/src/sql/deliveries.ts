import { type SqlBool, sql } from 'kysely'
import { cut } from '../page.ts'
import type { StoredDelivery } from '../records.ts'
import type { DeliveryStore } from '../store/deliveries.ts'
import type { AuthorityStore } from '../store.ts'
import type { Ground } from './ground.ts'
import type { DeliveryRow } from './schema.ts'

const toDelivery = (row: DeliveryRow): StoredDelivery => ({
  id: row.id,
  url: row.url,
  event: row.event,
  ...JSON.parse(row.about),
  at: row.at,
  attempts: row.attempts,
  ...(row.due !== null && { due: row.due }),
  ...(row.last_status !== null && { lastStatus: row.last_status }),
})

export const deliveryPart = (ground: Ground): Pick<AuthorityStore, keyof DeliveryStore> => ({
  subscribe: (webhooks) => ground.subscribe(webhooks),
  async takeDeliveries(at, { most, leaseMs }) {
    const db = await ground.read()
    const waiting = await db
      .selectFrom('delivery')
      .select('id')
      .where('due', '<=', at)
      .limit(1)
      .executeTakeFirst()
    // Looked at without a lock first: most of the time nothing is due.
    if (!waiting) return []
    return ground.change('takeDeliveries', async (tx) => {
      const rows = await tx
        .updateTable('delivery')
        .set({ due: at + leaseMs })
        .where('id', 'in', (from) =>
          from
            .selectFrom('delivery')
            .select('id')
            .where('due', '<=', at)
            .orderBy('due')
            .orderBy('id')
            .limit(most),
        )
        .where('due', '<=', at)
        .returningAll()
        .execute()
      return rows.map(toDelivery)
    })
  },
  settleDelivery: ({ id, due, attempts }, { status, delivered, retryAt }) =>
    ground.change('settleDelivery', async (tx) => {
      if (due === undefined) return
      if (delivered)
        await tx.deleteFrom('delivery').where('id', '=', id).where('due', '=', due).execute()
      else
        await tx
          .updateTable('delivery')
          .set({ due: retryAt ?? null, attempts: attempts + 1, last_status: status })
          .where('id', '=', id)
          .where('due', '=', due)
          .execute()
    }),
  async deliveryPage({ state }, window) {
    const db = await ground.read()
    let matching = db.selectFrom('delivery')
    if (state !== undefined)
      matching = matching.where('due', state === 'dead' ? 'is' : 'is not', null)
    const { total } = await matching
      .select((e) => e.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    let query = matching.selectAll()
    if (window.after) query = query.where(sql<SqlBool>`(at, id) < (${sql.join([...window.after])})`)
    const rows = await query
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(window.limit + 1)
      .execute()
    const { given, ...next } = cut(rows, window, (row) => [row.at, row.id])
    return { items: given.map(toDelivery), total, ...next }
  },
  retryDelivery: (id, at) =>
    ground.change('retryDelivery', async (tx) => {
      const row = await tx
        .updateTable('delivery')
        .set({ due: at, attempts: 0 })
        .where('id', '=', id)
        .where('due', 'is', null)
        .returningAll()
        .executeTakeFirst()
      return row && toDelivery(row)
    }),
  async deliveryCounts() {
    const db = await ground.read()
    const rows = await db
      .selectFrom('delivery')
      .select(['url', sql<number>`count(due)`.as('due'), sql<number>`count(*)`.as('all')])
      .groupBy('url')
      .orderBy('url')
      .execute()
    return rows.map(({ url, due, all }) => ({ url, due, dead: all - due }))
  },
})
