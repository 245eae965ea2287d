import type { Kysely } from 'kysely'
import type { Failpoint } from '../failpoint.ts'
import type { AuthorityStore } from '../store.ts'
import { agentPart } from './agents.ts'
import { auditPart } from './audit.ts'
import { callbackPart } from './callbacks.ts'
import { deliveryPart } from './deliveries.ts'
import { createGround } from './ground.ts'
import { keyPart } from './keys.ts'
import { migrate } from './migrations.ts'
import { peoplePart } from './people.ts'
import { readingPart } from './reading.ts'
import { redemptionPart } from './redemptions.ts'
import { requestPart } from './requests.ts'
import type { Schema } from './schema.ts'
import { sweepPart } from './sweep.ts'
import { taskPart } from './tasks.ts'
import { tokenPart } from './tokens.ts'

/** The store on tables, whichever database holds them. */
export const sqlStore = (
  db: Kysely<Schema>,
  failpoint: Failpoint | undefined,
): AuthorityStore & { readonly ready: Promise<void> } => {
  const ready = migrate(db)
  // Told by whatever is asked first, not as an unhandled rejection.
  ready.catch(() => {})
  const ground = createGround(db, ready, failpoint)
  return {
    ready,
    ...taskPart(ground),
    ...requestPart(ground),
    ...redemptionPart(ground),
    ...tokenPart(ground),
    ...keyPart(ground),
    ...callbackPart(ground),
    ...auditPart(ground),
    ...readingPart(ground),
    ...peoplePart(ground),
    ...agentPart(ground),
    ...deliveryPart(ground),
    ...sweepPart(ground),
  }
}
