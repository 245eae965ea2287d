import type { Step } from './step.ts'

/** Agents that were made, rotated or suspended while the authority ran. */
export const agents: Step = async ({ schema }) => {
  await schema
    .createTable('agent')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('slug', 'text', (c) => c.notNull().unique())
    .addColumn('profile', 'text', (c) => c.notNull())
    .addColumn('secret_hash', 'text')
    .addColumn('previous_hash', 'text')
    .addColumn('previous_until', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('rotated_at', 'bigint')
    .addColumn('suspended_at', 'bigint')
    .execute()
}
