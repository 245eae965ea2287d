import { sql } from 'kysely'
import { auditNotes } from '../audit-notes.ts'
import type { AuthorityStore, Transition } from '../store.ts'
import { note } from './audit.ts'
import type { Ground, Tx } from './ground.ts'
import { mayHold } from './may-hold.ts'
import { toRequest, toTokenRow } from './rows.ts'
import { disarm } from './tokens.ts'

/** Thrown to undo a redemption that the budget does not allow. */
class OverBudget {
  readonly until: number
  constructor(until: number) {
    this.until = until
  }
}

const spend = async (
  tx: Tx,
  agent_id: string,
  at: number,
  budget: { readonly tokens: number; readonly periodMs: number },
): Promise<void> => {
  const period = Math.floor(at / budget.periodMs)
  const spent = await tx
    .insertInto('spending')
    .values({ agent_id, period, used: 1 })
    .onConflict((on) =>
      on
        .columns(['agent_id', 'period'])
        .doUpdateSet({ used: sql<number>`spending.used + 1` })
        .where('spending.used', '<', budget.tokens),
    )
    .returning('used')
    .executeTakeFirst()
  if (!spent || spent.used > budget.tokens) throw new OverBudget((period + 1) * budget.periodMs)
}

export const redemptionPart = (ground: Ground): Pick<AuthorityStore, 'redeem'> => {
  const find = async (id: string): Promise<Transition> => {
    const db = await ground.read()
    const row = await db.selectFrom('request').selectAll().where('id', '=', id).executeTakeFirst()
    return { won: false, ...(row && { request: toRequest(row) }) }
  }
  return {
    async redeem(id, token, at, budget) {
      try {
        const request = await ground.change('redeem', async (tx) => {
          const row = await tx
            .updateTable('request')
            .set((e) => ({
              redemptions: e('redemptions', '+', 1),
              live_jti: token.jti,
              live_until: token.expiresAt,
            }))
            .where('id', '=', id)
            .where('state', '=', 'approved')
            .where('redeem_until', '>', at)
            .where(mayHold(token.holder))
            .where(
              sql<boolean>`exists (
                select 1 from task
                where task.id = request.task_id and task.state = 'active' and task.expires_at > ${at}
              )`,
            )
            .returningAll()
            .executeTakeFirst()
          if (!row) return undefined
          if (budget) await spend(tx, token.holder, at, budget)
          await disarm(tx, id, at)
          await tx.insertInto('token').values(toTokenRow(token)).execute()
          await note(tx, auditNotes.tokenIssued(token, at))
          return toRequest(row)
        })
        return request ? { won: true, request } : await find(id)
      } catch (error) {
        if (!(error instanceof OverBudget)) throw error
        return { ...(await find(id)), overBudget: { until: error.until } }
      }
    },
  }
}
