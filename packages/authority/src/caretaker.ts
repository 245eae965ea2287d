import { sendCallbacks } from './callbacks.ts'
import { callbackTopic, webhookTopic } from './changes.ts'
import type { Context } from './context.ts'
import type { PostCallback } from './post-callback.ts'
import { keepSending } from './sending.ts'
import { type PostWebhook, sendDeliveries } from './webhooks.ts'

const ANCHOR_MS = 60_000
/** Tasks forgotten in one step: each holds the store up for a moment only. */
const SWEPT_AT_ONCE = 200

/** Forgets what ended longer ago than it is to be kept. */
const sweep = async ({ store, clock, closing, configuration }: Context): Promise<number> => {
  const at = clock.now()
  const when = { at, before: at - configuration.limits.keepMs, most: SWEPT_AT_ONCE }
  let swept = 0
  for (let more = true; more && !closing.aborted; ) {
    const forgotten = await store.sweep(when)
    swept += forgotten
    more = forgotten === SWEPT_AT_ONCE
  }
  return swept
}

/** By the time of the machine, not the clock of the options: it decides nothing, and holds no process up. */
const keepAnchoring = async (context: Context): Promise<void> => {
  const { store, clock, closing } = context
  // One that could not be set is set a minute later, over more entries.
  const anchor = () =>
    store
      .anchorAudit(clock.now())
      .then(() => sweep(context))
      .catch(() => {})
  // Also for a server that never runs for a minute.
  const first = anchor()
  const timer = setInterval(anchor, ANCHOR_MS)
  timer.unref()
  await new Promise<void>((resolve) => {
    if (closing.aborted) resolve()
    closing.addEventListener('abort', () => resolve(), { once: true })
  })
  clearInterval(timer)
  await first
  await anchor()
}

/** What a server does besides answering: it anchors the audit every minute, sends callbacks and tells webhooks. Ends with the authority. */
export const startCaretaker = async (
  context: Context,
  post: PostCallback,
  postWebhook: PostWebhook,
): Promise<void> => {
  const calls = context.configuration.agents.some(({ callbacks }) => callbacks !== undefined)
  const tells = context.configuration.webhooks.length > 0
  await Promise.all([
    keepAnchoring(context),
    calls && keepSending(context, callbackTopic, () => sendCallbacks(context, post)),
    tells && keepSending(context, webhookTopic, () => sendDeliveries(context, postWebhook)),
  ])
}
