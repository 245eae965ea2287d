import { type Kysely, sql } from 'kysely'
import { agents } from './migrations/agents.ts'
import { deliveries } from './migrations/deliveries.ts'
import { humanSide } from './migrations/human-side.ts'
import { people } from './migrations/people.ts'
import { retention } from './migrations/retention.ts'
import type { Step } from './migrations/step.ts'
import type { Schema } from './schema.ts'

/** In order; a step that was released is never changed, only followed. */
const steps: readonly Step[] = [
  async ({ schema }) => {
    await schema
      .createTable('task')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('agent_id', 'text', (c) => c.notNull())
      .addColumn('session_id', 'text', (c) => c.notNull())
      .addColumn('labels', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('ended_because', 'text')
      .addColumn('denials', 'integer', (c) => c.notNull())
      .addColumn('refusals', 'integer', (c) => c.notNull())
      .addColumn('risk_score', 'integer', (c) => c.notNull())
      .addColumn('requests', 'integer', (c) => c.notNull())
      .execute()
    await schema
      .createTable('request')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('task_id', 'text', (c) => c.notNull())
      .addColumn('agent_id', 'text', (c) => c.notNull())
      .addColumn('unit_hash', 'text', (c) => c.notNull())
      .addColumn('question', 'text', (c) => c.notNull())
      .addColumn('place', 'integer', (c) => c.notNull())
      .addColumn('keyed', 'integer', (c) => c.notNull())
      .addColumn('reuse', 'text', (c) => c.notNull())
      .addColumn('justifications', 'text', (c) => c.notNull())
      .addColumn('risk', 'text', (c) => c.notNull())
      .addColumn('ttl_seconds', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('pending_until', 'bigint', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('decided_at', 'bigint')
      .addColumn('decided_by', 'text')
      .addColumn('granted', 'text')
      .addColumn('redeem_until', 'bigint')
      .addColumn('review', 'text', (c) => c.notNull())
      .addColumn('sticks', 'integer')
      .addColumn('canonical_hash', 'text', (c) => c.notNull())
      .addColumn('redemptions', 'integer', (c) => c.notNull())
      .addColumn('live_jti', 'text')
      .addColumn('live_until', 'bigint')
      .execute()
    await schema.createIndex('request_task').on('request').columns(['task_id', 'state']).execute()
    await schema.createIndex('request_unit').on('request').columns(['unit_hash', 'place']).execute()
    await schema
      .createIndex('request_open')
      .on('request')
      .columns(['state', 'pending_until'])
      .execute()
    await schema
      .createTable('token')
      .addColumn('jti', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('holder', 'text', (c) => c.notNull())
      .addColumn('audience', 'text', (c) => c.notNull())
      .addColumn('task_id', 'text')
      .addColumn('request_id', 'text')
      .addColumn('root', 'text')
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('revoked_at', 'bigint')
      .execute()
    await schema.createIndex('token_task').on('token').column('task_id').execute()
    await schema.createIndex('token_request').on('token').column('request_id').execute()
    await schema.createIndex('token_root').on('token').column('root').execute()
    await schema.createIndex('token_end').on('token').column('expires_at').execute()
    await schema
      .createTable('event')
      .addColumn('sequence', 'integer', (c) => c.primaryKey().autoIncrement())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('until_at', 'bigint', (c) => c.notNull())
      .execute()
    await schema
      .createTable('signing_key')
      .addColumn('generation', 'integer', (c) => c.primaryKey())
      .addColumn('jwk', 'text', (c) => c.notNull())
      .addColumn('signs_from', 'bigint', (c) => c.notNull())
      .addColumn('verifies_until', 'bigint')
      .execute()
    await schema
      .createTable('callback')
      .addColumn('request_id', 'text', (c) => c.primaryKey())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('url', 'text', (c) => c.notNull())
      .addColumn('due', 'bigint', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .execute()
    await schema.createIndex('callback_due').on('callback').column('due').execute()
    await schema
      .createTable('spending')
      .addColumn('agent_id', 'text', (c) => c.notNull())
      .addColumn('period', 'bigint', (c) => c.notNull())
      .addColumn('used', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('spending_key', ['agent_id', 'period'])
      .execute()
    await schema
      .createTable('chain')
      .addColumn('chain', 'text', (c) => c.primaryKey())
      .addColumn('sequence', 'integer', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('anchored', 'integer', (c) => c.notNull())
      .execute()
    await schema
      .createTable('audit')
      .addColumn('chain', 'text', (c) => c.notNull())
      .addColumn('sequence', 'integer', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('by', 'text', (c) => c.notNull())
      .addColumn('data', 'text', (c) => c.notNull())
      .addColumn('previous', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('audit_key', ['chain', 'sequence'])
      .execute()
    await schema
      .createTable('anchor')
      .addColumn('sequence', 'integer', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('heads', 'text', (c) => c.notNull())
      .addColumn('previous', 'text', (c) => c.notNull())
      .addColumn('hash', 'text', (c) => c.notNull())
      .execute()
  },
  humanSide,
  people,
  agents,
  deliveries,
  retention,
]

/** Brings the tables up to date, in one step that only one process takes. */
export const migrate = (db: Kysely<Schema>): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await sql`create table if not exists migration (version integer primary key)`.execute(tx)
    const { version } = await tx
      .selectFrom('migration')
      .select((e) => e.fn.coalesce(e.fn.max('version'), e.lit(0)).as('version'))
      .executeTakeFirstOrThrow()
    if (version > steps.length)
      throw new Error(
        `The store was written by a newer version (schema ${version}, this one knows ${steps.length}). Update, or use another file.`,
      )
    for (const [index, step] of steps.entries()) {
      if (index < version) continue
      await step(tx)
      await tx
        .insertInto('migration')
        .values({ version: index + 1 })
        .execute()
    }
  })
