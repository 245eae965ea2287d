import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { DeliveryItem } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface RetryDeliveryInput {
  readonly by: Caller
  readonly deliveryId: string
}

export const retryDelivery = async (
  _context: Context,
  _input: RetryDeliveryInput,
): Promise<DeliveryItem> => notYet()
