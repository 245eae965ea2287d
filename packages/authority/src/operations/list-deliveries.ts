import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { DeliveryItem } from '../human-side.ts'
import { OperationError } from '../operation-error.ts'
import { type Page, type PageInput, readWindow, toPage } from '../page.ts'
import { AUDITORS, requireRight } from '../rights.ts'

export interface ListDeliveriesInput extends PageInput {
  readonly by: Caller
  /** `due`: tried again; `dead`: given up. Absent: both. */
  readonly state?: unknown
}

/** News that no webhook has taken yet, newest first. What was delivered is not kept. */
export const listDeliveries = async (
  context: Context,
  input: ListDeliveriesInput,
): Promise<Page<DeliveryItem>> => {
  requireRight(context, input.by, AUDITORS)
  const { state } = input
  if (state !== undefined && state !== 'due' && state !== 'dead')
    throw new OperationError('invalid_request', '`state` is neither "due" nor "dead".')
  const window = readWindow(input, ['number', 'string'])
  const page = await context.store.deliveryPage(state === undefined ? {} : { state }, window)
  return toPage(page, (delivery) => delivery)
}
