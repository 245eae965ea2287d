import type { Transaction } from 'kysely'
import type { AuditNote } from '../audit-chain.ts'
import { randomId } from '../hashing.ts'
import { eventOf, type Subscription } from '../webhook-events.ts'
import type { Schema } from './schema.ts'

/** What was written down is owed to the webhooks that want to hear of it. */
export const owe = async (
  tx: Transaction<Schema>,
  subscriptions: readonly Subscription[],
  notes: readonly AuditNote[],
): Promise<void> => {
  for (const note of notes) {
    const heard = eventOf(note)
    if (!heard) continue
    const { event, ...about } = heard
    const rows = subscriptions
      .filter(({ events }) => events.includes(event))
      .map(({ url }) => ({
        id: `evt_${randomId()}`,
        url,
        event,
        about: JSON.stringify(about),
        at: note.at,
        attempts: 0,
        due: note.at,
        last_status: null,
      }))
    if (rows.length > 0) await tx.insertInto('delivery').values(rows).execute()
  }
}
