import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { WebhookView } from '../human-side.ts'
import { AUDITORS, requireRight } from '../rights.ts'

export interface ListWebhooksInput {
  readonly by: Caller
}

/** The webhooks of the options, with what they are owed. Their secrets are not told. */
export const listWebhooks = async (
  context: Context,
  input: ListWebhooksInput,
): Promise<readonly WebhookView[]> => {
  requireRight(context, input.by, AUDITORS)
  const counts = new Map((await context.store.deliveryCounts()).map((each) => [each.url, each]))
  return context.configuration.webhooks.map(({ url, events }) => {
    const { due = 0, dead = 0 } = counts.get(url) ?? {}
    return { url, events, due, dead }
  })
}
