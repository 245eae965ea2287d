import { sql } from 'kysely'
import type { Step } from './step.ts'

/** Orders in which people look at requests, tasks, grants and the audit; agents, sign-ins and webhooks. */
export const humanSide: Step = async (tx) => {
  const { schema } = tx
  await schema
    .alterTable('request')
    .addColumn('risk_rank', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await schema
    .alterTable('request')
    .addColumn('waiting', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await sql`
    update request set
      risk_rank = case risk when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end,
      waiting = case when state = 'pending' and exists (
        select 1 from task where task.id = request.task_id and task.state = 'active'
      ) then 1 else 0 end
  `.execute(tx)
  const index = (name: string, table: string, columns: string[]) =>
    schema.createIndex(name).on(table).columns(columns).execute()
  await index('request_inbox', 'request', [
    'waiting',
    'risk_rank',
    'created_at',
    'id',
    'pending_until',
  ])
  await index('request_live', 'request', ['live_until', 'id'])
  await index('task_age', 'task', ['created_at', 'id'])
  await index('task_state', 'task', ['state', 'created_at', 'id'])
  await index('task_agent', 'task', ['agent_id', 'created_at', 'id'])
  await index('token_holder', 'token', ['holder'])
  await index('audit_age', 'audit', ['at', 'chain', 'sequence'])
}
