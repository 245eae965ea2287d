import type { Step } from './step.ts'

/** News owed to webhooks. */
export const deliveries: Step = async ({ schema }) => {
  await schema
    .createTable('delivery')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('about', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('due', 'bigint')
    .addColumn('last_status', 'integer')
    .execute()
  await schema.createIndex('delivery_due').on('delivery').columns(['due']).execute()
  await schema.createIndex('delivery_age').on('delivery').columns(['at', 'id']).execute()
}
