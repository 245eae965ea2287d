import type { Transaction } from 'kysely'
import type { Schema } from '../schema.ts'

/** From one version of the tables to the next. Released, it is never changed. */
export type Step = (tx: Transaction<Schema>) => Promise<void>
