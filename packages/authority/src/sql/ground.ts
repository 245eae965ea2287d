import type { Kysely, Transaction } from 'kysely'
import type { Failpoint } from '../failpoint.ts'
import type { Subscription } from '../webhook-events.ts'
import { notesOf } from './noted.ts'
import { owe } from './owe.ts'
import type { Schema } from './schema.ts'

export type Tx = Transaction<Schema>

/** What every part of the store stands on. */
export interface Ground {
  /** Who has to be told of what is changed from now on. */
  subscribe(webhooks: readonly Subscription[]): void
  /** For what only reads. */
  read(): Promise<Kysely<Schema>>
  /** One change, all of it or nothing; `name` is how its fail-points are called. */
  change<R>(name: string, work: (tx: Tx) => Promise<R>): Promise<R>
}

export const createGround = (
  db: Kysely<Schema>,
  ready: Promise<void>,
  failpoint: Failpoint | undefined,
): Ground => {
  let subscriptions: readonly Subscription[] = []
  return {
    subscribe(webhooks) {
      subscriptions = webhooks
    },
    async read() {
      await ready
      return db
    },
    async change(name, work) {
      await ready
      const result = await db.transaction().execute(async (tx) => {
        const made = await work(tx)
        if (subscriptions.length > 0) await owe(tx, subscriptions, notesOf(tx))
        if (failpoint) await failpoint(`${name}:before-commit`)
        return made
      })
      if (failpoint) await failpoint(`${name}:after-commit`)
      return result
    },
  }
}
