import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { WebhookView } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface ListWebhooksInput {
  readonly by: Caller
}

export const listWebhooks = async (
  _context: Context,
  _input: ListWebhooksInput,
): Promise<readonly WebhookView[]> => notYet()
