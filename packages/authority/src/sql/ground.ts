import type { Kysely, Transaction } from 'kysely'
import type { Failpoint } from '../failpoint.ts'
import type { Schema } from './schema.ts'

export type Tx = Transaction<Schema>

/** What every part of the store stands on. */
export interface Ground {
  /** For what only reads. */
  read(): Promise<Kysely<Schema>>
  /** One change, all of it or nothing; `name` is how its fail-points are called. */
  change<R>(name: string, work: (tx: Tx) => Promise<R>): Promise<R>
}

export const createGround = (
  db: Kysely<Schema>,
  ready: Promise<void>,
  failpoint: Failpoint | undefined,
): Ground => ({
  async read() {
    await ready
    return db
  },
  async change(name, work) {
    await ready
    const result = await db.transaction().execute(async (tx) => {
      const made = await work(tx)
      if (failpoint) await failpoint(`${name}:before-commit`)
      return made
    })
    if (failpoint) await failpoint(`${name}:after-commit`)
    return result
  },
})
