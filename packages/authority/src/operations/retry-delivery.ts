import { auditNotes } from '../audit-notes.ts'
import type { Caller } from '../caller.ts'
import { webhookTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import type { DeliveryItem } from '../human-side.ts'
import { OperationError } from '../operation-error.ts'
import { requireRight } from '../rights.ts'

export interface RetryDeliveryInput {
  readonly by: Caller
  readonly deliveryId: string
}

/** News that were given up are tried again, from now, as often as at first. */
export const retryDelivery = async (
  context: Context,
  input: RetryDeliveryInput,
): Promise<DeliveryItem> => {
  const user = requireRight(context, input.by, ['jit.admin'])
  const now = context.clock.now()
  const again = await context.store.retryDelivery(input.deliveryId, now)
  if (!again)
    throw new OperationError('delivery_not_found', 'Nothing of this id was given up.', {
      fix: 'It may have been delivered, or be due again.',
    })
  await context.store.appendAudit(auditNotes.deliveryRetried(again, now, user.id))
  context.changes.notify(webhookTopic)
  return again
}
