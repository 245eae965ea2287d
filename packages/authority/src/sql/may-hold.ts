import { type SqlBool, sql } from 'kysely'

/** True for whoever is not suspended, known to the store or not. */
export const mayHold = (holder: string) => sql<SqlBool>`not exists (
  select 1 from agent where agent.id = ${holder} and agent.suspended_at is not null
)`
