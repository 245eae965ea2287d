import { agentPart } from './memory/agents.ts'
import { auditPart } from './memory/audit.ts'
import { callbackPart } from './memory/callbacks.ts'
import { deliveryPart } from './memory/deliveries.ts'
import { createGround } from './memory/ground.ts'
import { keyPart } from './memory/keys.ts'
import { peoplePart } from './memory/people.ts'
import { readingPart } from './memory/reading.ts'
import { redemptionPart } from './memory/redemptions.ts'
import { requestPart } from './memory/requests.ts'
import { taskPart } from './memory/tasks.ts'
import { tokenPart } from './memory/tokens.ts'
import type { AuthorityStore } from './store.ts'

/** The store of one process. */
export const memoryStore = (): AuthorityStore => {
  const ground = createGround()
  return {
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
  }
}
