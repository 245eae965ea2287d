import { sql } from 'kysely'
import type { Step } from './step.ts'

/** Tasks by their end, for whoever forgets them in time. */
export const retention: Step = async (tx) => {
  await sql`create index task_end on task (coalesce(ended_at, expires_at))`.execute(tx)
}
