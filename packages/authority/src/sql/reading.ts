import { type Expression, type SqlBool, sql } from 'kysely'
import { cut } from '../page.ts'
import type { StoredRequest, StoredTask } from '../records.ts'
import type { AuthorityStore } from '../store.ts'
import type { Ground } from './ground.ts'
import { toRequest, toTask } from './rows.ts'
import type { RequestRow, TaskRow } from './schema.ts'

/** Tokens that live are those of `request` rows that say so, unless they were given back. */
const lives = (at: number) => sql<SqlBool>`request.live_until > ${at} and request.state = 'approved'
  and exists (select 1 from token where token.jti = request.live_jti and token.revoked_at is null)`

const holds = (at: number) =>
  sql<number>`(select count(*) from request where request.task_id = task.id and ${lives(at)}
    and task.state = 'active' and task.expires_at > ${at})`

/** `task` rows in this state at that moment. */
const inState = (state: string, at: number): Expression<SqlBool> =>
  state === 'expired'
    ? sql<SqlBool>`task.state = 'active' and task.expires_at <= ${at}`
    : state === 'active'
      ? sql<SqlBool>`task.state = 'active' and task.expires_at > ${at}`
      : sql<SqlBool>`task.state = ${state}`

/** Tasks by their ids: a page has few of them. */
const tasksOf = async (
  ground: Ground,
  rows: readonly RequestRow[],
): Promise<(row: RequestRow) => StoredTask> => {
  const db = await ground.read()
  const ids = [...new Set(rows.map(({ task_id }) => task_id))]
  const found =
    ids.length === 0 ? [] : await db.selectFrom('task').selectAll().where('id', 'in', ids).execute()
  const tasks = new Map(found.map((row) => [row.id, toTask(row)]))
  return (row) => tasks.get(row.task_id) as StoredTask
}

export const readingPart = (
  ground: Ground,
): Pick<AuthorityStore, 'pendingPage' | 'taskPage' | 'requestsOf' | 'grantPage' | 'auditPage'> => ({
  async pendingPage(at, window) {
    const db = await ground.read()
    const open = db.selectFrom('request').where('waiting', '=', 1).where('pending_until', '>', at)
    const { total } = await open
      .select((e) => e.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    let query = open.selectAll()
    if (window.after)
      query = query.where(
        sql<SqlBool>`(risk_rank, created_at, id) > (${sql.join([...window.after])})`,
      )
    const rows = await query
      .orderBy('risk_rank')
      .orderBy('created_at')
      .orderBy('id')
      .limit(window.limit + 1)
      .execute()
    const { given, ...next } = cut(rows, window, (row) => [row.risk_rank, row.created_at, row.id])
    const taskOf = await tasksOf(ground, given)
    const held = await db
      .selectFrom('task')
      .select(['id', holds(at).as('holds')])
      .where('id', 'in', [...new Set(['', ...given.map(({ task_id }) => task_id)])])
      .execute()
    const count = new Map(held.map(({ id, holds }) => [id, holds]))
    const items = given.map((row) => ({
      request: toRequest(row),
      task: taskOf(row),
      holds: count.get(row.task_id) ?? 0,
    }))
    return { items, total, ...next }
  },
  async taskPage(at, { state, agentId }, window) {
    const db = await ground.read()
    let matching = db.selectFrom('task')
    if (state !== undefined) matching = matching.where(inState(state, at))
    if (agentId !== undefined) matching = matching.where('agent_id', '=', agentId)
    const { total } = await matching
      .select((e) => e.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    let query = matching.selectAll().select([
      holds(at).as('holds'),
      sql<number>`(select count(*) from request where request.task_id = task.id
        and request.waiting = 1 and request.pending_until > ${at})`.as('pending'),
    ])
    if (window.after)
      query = query.where(sql<SqlBool>`(created_at, id) < (${sql.join([...window.after])})`)
    const rows = await query
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(window.limit + 1)
      .execute()
    const { given, ...next } = cut(rows, window, (row) => [row.created_at, row.id])
    const items = given.map(({ holds, pending, ...row }) => ({
      task: toTask(row as TaskRow),
      holds,
      pending,
    }))
    return { items, total, ...next }
  },
  async requestsOf(taskId) {
    const db = await ground.read()
    const rows = await db
      .selectFrom('request')
      .selectAll()
      .where('task_id', '=', taskId)
      .orderBy('place')
      .execute()
    return rows.map((row): StoredRequest => toRequest(row))
  },
  async grantPage(at, { taskId }, window) {
    const db = await ground.read()
    let living = db
      .selectFrom('request')
      .where(lives(at))
      .where(
        sql<SqlBool>`exists (select 1 from task where task.id = request.task_id
        and task.state = 'active' and task.expires_at > ${at})`,
      )
    if (taskId !== undefined) living = living.where('task_id', '=', taskId)
    const { total } = await living
      .select((e) => e.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    let query = living.selectAll()
    if (window.after)
      query = query.where(sql<SqlBool>`(live_until, id) > (${sql.join([...window.after])})`)
    const rows = await query
      .orderBy('live_until')
      .orderBy('id')
      .limit(window.limit + 1)
      .execute()
    const { given, ...next } = cut(rows, window, (row) => [row.live_until ?? 0, row.id])
    const taskOf = await tasksOf(ground, given)
    const items = given.map((row) => ({ request: toRequest(row), task: taskOf(row) }))
    return { items, total, ...next }
  },
  async auditPage({ chain, kind, by, since, until }, window) {
    const db = await ground.read()
    const begins = (column: 'kind' | 'by', text: string) =>
      sql<SqlBool>`substr(${sql.ref(column)}, 1, length(${text})) = ${text}`
    let matching = db.selectFrom('audit')
    if (chain !== undefined) matching = matching.where('chain', '=', chain)
    if (kind !== undefined) matching = matching.where(begins('kind', kind))
    if (by !== undefined) matching = matching.where(begins('by', by))
    if (since !== undefined) matching = matching.where('at', '>=', since)
    if (until !== undefined) matching = matching.where('at', '<=', until)
    const { total } = await matching
      .select((e) => e.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    let query = matching.selectAll()
    if (window.after)
      query = query.where(sql<SqlBool>`(at, chain, sequence) < (${sql.join([...window.after])})`)
    const rows = await query
      .orderBy('at', 'desc')
      .orderBy('chain', 'desc')
      .orderBy('sequence', 'desc')
      .limit(window.limit + 1)
      .execute()
    const { given, ...next } = cut(rows, window, (row) => [row.at, row.chain, row.sequence])
    return { items: given, total, ...next }
  },
})
