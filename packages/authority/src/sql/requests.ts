import { sql } from 'kysely'
import { auditNotes } from '../audit-notes.ts'
import { isJoinable } from '../joinable.ts'
import type { StoredRequest } from '../records.ts'
import { DENIAL_POINTS, RISK_POINTS } from '../risk-score.ts'
import type { AuthorityStore, Transition } from '../store.ts'
import { note } from './audit.ts'
import type { Ground, Tx } from './ground.ts'
import { hashOf, toRequest, toRequestRow } from './rows.ts'
import { watchRisk } from './tasks.ts'
import { disarm } from './tokens.ts'

const find = async (tx: Tx, id: string): Promise<StoredRequest | undefined> => {
  const row = await tx.selectFrom('request').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toRequest(row)
}

const lost = async (tx: Tx, id: string): Promise<Transition> => {
  const request = await find(tx, id)
  return { won: false, ...(request && { request }) }
}

/** Wakes the agent that waits for news of this request. */
const ring = async (tx: Tx, requestId: string, at: number): Promise<void> => {
  await tx
    .updateTable('callback')
    .set({ due: at })
    .where('request_id', '=', requestId)
    .where('due', '>', at)
    .execute()
}

/** `request` rows of active tasks only. */
const inActiveTask = (at: number) => sql<boolean>`exists (
  select 1 from task
  where task.id = request.task_id and task.state = 'active' and task.expires_at > ${at}
)`

export const requestPart = (
  ground: Ground,
): Pick<
  AuthorityStore,
  'openRequest' | 'request' | 'pending' | 'approve' | 'deny' | 'revokeRequest'
> => ({
  openRequest: (candidate, { at, maxOpen, refusalsSeen, suspendAt }) =>
    ground.change('openRequest', async (tx) => {
      // Takes the task's row first, so that two questions of one task are never opened at once.
      const task = await tx
        .updateTable('task')
        .set((e) => ({ requests: e('requests', '+', 1) }))
        .where('id', '=', candidate.taskId)
        .where('state', '=', 'active')
        .where('expires_at', '>', at)
        .returningAll()
        .executeTakeFirst()
      if (!task) return { kind: 'task-not-active' } as const
      const row = await tx
        .selectFrom('request')
        .selectAll()
        .where('unit_hash', '=', hashOf(candidate.unit))
        .orderBy('place', 'desc')
        .limit(1)
        .executeTakeFirst()
      const known = row && toRequest(row)
      const open = known?.state === 'pending' && at < known.pendingUntil
      if (known && isJoinable(known, at, open)) {
        const texts = known.justifications
        const added = candidate.justifications.filter((text) => !texts.includes(text))
        const joined = { ...known, justifications: [...texts, ...added].slice(0, 5) }
        if (joined.justifications.length > texts.length) {
          const justifications = JSON.stringify(joined.justifications)
          await tx
            .updateTable('request')
            .set({ justifications })
            .where('id', '=', known.id)
            .execute()
          await note(tx, auditNotes.requestJoined(joined, at))
        }
        return { kind: 'joined', request: joined } as const
      }
      if (task.refusals !== refusalsSeen) return { kind: 'changed' } as const
      if (candidate.state === 'pending') {
        const { open } = await tx
          .selectFrom('request')
          .select((e) => e.fn.countAll<number>().as('open'))
          .where('task_id', '=', candidate.taskId)
          .where('state', '=', 'pending')
          .where('pending_until', '>', at)
          .executeTakeFirstOrThrow()
        if (open >= maxOpen) return { kind: 'too-many' } as const
      }
      const riskier = await tx
        .updateTable('task')
        .set((e) => ({ risk_score: e('risk_score', '+', RISK_POINTS[candidate.risk]) }))
        .where('id', '=', task.id)
        .returningAll()
        .executeTakeFirstOrThrow()
      const suspended = await watchRisk(tx, riskier, at, suspendAt)
      if (suspended) return { kind: 'suspended', ...suspended } as const
      await tx.insertInto('request').values(toRequestRow(candidate, task.requests)).execute()
      const { id, callbackUrl: url, pendingUntil: due, state } = candidate
      if (url !== undefined && state === 'pending')
        await tx
          .insertInto('callback')
          .values({ request_id: id, id: `evt_${id}`, url, due, attempts: 0 })
          .execute()
      await note(tx, auditNotes.requestOpened(candidate))
      return { kind: 'opened', request: candidate } as const
    }),
  async request(id) {
    const db = await ground.read()
    const row = await db.selectFrom('request').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toRequest(row)
  },
  async pending(at) {
    const db = await ground.read()
    const rows = await db
      .selectFrom('request')
      .selectAll()
      .where('state', '=', 'pending')
      .where('pending_until', '>', at)
      .where(inActiveTask(at))
      .orderBy('created_at')
      .orderBy('task_id')
      .orderBy('place')
      .execute()
    return rows.map(toRequest)
  },
  approve: (id, { at, by, reuse, granted, ttlSeconds, redeemUntil, notes, agentMessage }) =>
    ground.change('approve', async (tx) => {
      const row = await tx
        .updateTable('request')
        .set({
          state: 'approved',
          waiting: 0,
          decided_at: at,
          decided_by: by,
          reuse,
          granted: JSON.stringify(granted),
          ttl_seconds: ttlSeconds,
          redeem_until: redeemUntil,
          review: JSON.stringify({ notes, agentMessage }),
        })
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .where('pending_until', '>', at)
        .where(inActiveTask(at))
        .returningAll()
        .executeTakeFirst()
      if (!row) return lost(tx, id)
      const request = toRequest(row)
      await tx
        .updateTable('task')
        .set((e) => ({ risk_score: e('risk_score', '-', RISK_POINTS[request.risk]) }))
        .where('id', '=', request.taskId)
        .execute()
      await note(tx, auditNotes.requestDecided(request, at))
      await ring(tx, id, at)
      return { won: true, request }
    }),
  deny: (id, { at, by, suspendAt, notes, agentMessage }) =>
    ground.change('deny', async (tx) => {
      const row = await tx
        .updateTable('request')
        .set({
          state: 'denied',
          waiting: 0,
          decided_at: at,
          decided_by: by,
          review: JSON.stringify({ notes, agentMessage }),
        })
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .where('pending_until', '>', at)
        .where(inActiveTask(at))
        .returningAll()
        .executeTakeFirst()
      if (!row) return lost(tx, id)
      const request = toRequest(row)
      const warned = await tx
        .updateTable('task')
        .set((e) => ({
          denials: e('denials', '+', 1),
          risk_score: e('risk_score', '+', DENIAL_POINTS),
        }))
        .where('id', '=', request.taskId)
        .returningAll()
        .executeTakeFirstOrThrow()
      await note(tx, auditNotes.requestDecided(request, at))
      await ring(tx, id, at)
      const suspended = await watchRisk(tx, warned, at, suspendAt)
      return { won: true, request, ...(suspended && { suspended }) }
    }),
  revokeRequest: (id, { at, by, sticks }) =>
    ground.change('revokeRequest', async (tx) => {
      const first = await tx
        .selectFrom('request')
        .select(['task_id', 'canonical_hash'])
        .where('id', '=', id)
        .executeTakeFirst()
      let ending = tx
        .updateTable('request')
        .set({
          state: 'revoked',
          waiting: 0,
          decided_at: at,
          decided_by: by,
          sticks: Number(sticks),
          live_jti: null,
          live_until: null,
        })
        .where((e) =>
          e.or([
            e('state', 'in', ['pending', 'approved']),
            ...(sticks ? [e.and([e('state', '=', 'revoked'), e('sticks', '=', 0)])] : []),
          ]),
        )
      // Its siblings for the same details only if it can be revoked itself.
      const own = await ending.where('id', '=', id).returningAll().executeTakeFirst()
      if (!own || !first) return lost(tx, id)
      const ended = [toRequest(own)]
      if (sticks) {
        ending = ending
          .where('task_id', '=', first.task_id)
          .where('canonical_hash', '=', first.canonical_hash)
        ended.push(...(await ending.returningAll().execute()).map(toRequest))
        await tx
          .updateTable('task')
          .set((e) => ({ refusals: e('refusals', '+', 1) }))
          .where('id', '=', first.task_id)
          .execute()
      }
      for (const each of ended) {
        await disarm(tx, each.id, at)
        await note(tx, auditNotes.requestDecided(each, at))
        await ring(tx, each.id, at)
      }
      return { won: true, request: toRequest(own) }
    }),
})
