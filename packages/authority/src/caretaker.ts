import { keepSendingCallbacks } from './callbacks.ts'
import type { Context } from './context.ts'
import type { PostCallback } from './post-callback.ts'

const ANCHOR_MS = 60_000

const keepAnchoring = async ({ store, clock, closing }: Context): Promise<void> => {
  while (!closing.aborted) {
    await clock.sleep(ANCHOR_MS, closing).catch(() => {})
    // One that could not be set is set a minute later, over more entries.
    if (!closing.aborted) await store.anchorAudit(clock.now()).catch(() => {})
  }
}

/** What a server does besides answering: it anchors the audit every minute and sends callbacks. Ends with the authority. */
export const startCaretaker = (context: Context, post: PostCallback): Promise<unknown> =>
  Promise.all([keepAnchoring(context), keepSendingCallbacks(context, post)])
