import { auditNotes } from '../audit-notes.ts'
import type { StoredTask } from '../records.ts'
import { type SuspensionLimits, suspensionCause } from '../risk-score.ts'
import type { AuthorityStore } from '../store.ts'
import { note } from './audit.ts'
import type { Ground, Tx } from './ground.ts'
import { toTask, toTaskRow } from './rows.ts'
import type { TaskRow } from './schema.ts'
import { SKEW_MS } from './tokens.ts'

/** Ends a task that is still active; undefined when it is not. */
const end = async (
  tx: Tx,
  id: string,
  change: Pick<TaskRow, 'state' | 'ended_at' | 'ended_because'>,
  by: string,
  reason?: string,
): Promise<{ task: StoredTask; killed: number } | undefined> => {
  const row = await tx
    .updateTable('task')
    .set(change)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .returningAll()
    .executeTakeFirst()
  if (!row) return undefined
  const at = change.ended_at ?? 0
  const alive = await tx
    .selectFrom('token')
    .select('expires_at')
    .where('task_id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
  const ends = alive.map(({ expires_at }) => expires_at)
  const until_at = Math.max(0, ...ends) + SKEW_MS
  await tx.insertInto('event').values({ kind: 'task-ended', subject: id, until_at }).execute()
  const killed = ends.filter((each) => at < each).length
  const task = toTask(row)
  await note(tx, auditNotes.taskEnded(task, by, killed, reason))
  await tx
    .updateTable('request')
    .set({ waiting: 0 })
    .where('task_id', '=', id)
    .where('waiting', '=', 1)
    .execute()
  await tx
    .updateTable('callback')
    .set({ due: at })
    .where('due', '>', at)
    .where('request_id', 'in', (from) =>
      from.selectFrom('request').select('id').where('task_id', '=', id),
    )
    .execute()
  return { task, killed }
}

/** Suspends the task if it has become too much. */
export const watchRisk = async (tx: Tx, row: TaskRow, at: number, limits: SuspensionLimits) => {
  const ended_because = suspensionCause(toTask(row), limits)
  if (ended_because === undefined) return undefined
  return end(tx, row.id, { state: 'suspended', ended_at: at, ended_because }, 'authority')
}

export const taskPart = (
  ground: Ground,
): Pick<AuthorityStore, 'addTask' | 'task' | 'endTask' | 'refused'> => ({
  addTask: (task) =>
    ground.change('addTask', async (tx) => {
      await tx.insertInto('task').values(toTaskRow(task)).execute()
      await note(tx, auditNotes.taskOpened(task))
    }),
  async task(id) {
    const db = await ground.read()
    const row = await db.selectFrom('task').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toTask(row)
  },
  endTask: (id, { state, at, by, because, reason }) =>
    ground.change('endTask', async (tx) => {
      const change = { state, ended_at: at, ended_because: because ?? null }
      const ended = await end(tx, id, change, by, reason)
      if (ended) return { won: true, ...ended }
      const row = await tx.selectFrom('task').selectAll().where('id', '=', id).executeTakeFirst()
      return { won: false, killed: 0, ...(row && { task: toTask(row) }) }
    }),
  async refused(taskId) {
    const db = await ground.read()
    // One statement, so that the count belongs to the list.
    const rows = await db
      .selectFrom('task')
      .leftJoin('request', (join) =>
        join.onRef('request.task_id', '=', 'task.id').on('request.sticks', '=', 1),
      )
      .select(['task.refusals', 'request.granted', 'request.question'])
      .where('task.id', '=', taskId)
      .orderBy('request.place')
      .execute()
    return {
      count: rows[0]?.refusals ?? 0,
      details: rows.flatMap(({ granted, question }) => {
        if (question === null) return []
        return [granted === null ? JSON.parse(question).details : JSON.parse(granted)]
      }),
    }
  },
})
