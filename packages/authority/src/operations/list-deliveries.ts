import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { DeliveryItem } from '../human-side.ts'
import { notYet } from '../not-yet.ts'
import type { Page, PageInput } from '../page.ts'

export interface ListDeliveriesInput extends PageInput {
  readonly by: Caller
  readonly state?: unknown
}

export const listDeliveries = async (
  _context: Context,
  _input: ListDeliveriesInput,
): Promise<Page<DeliveryItem>> => notYet()
