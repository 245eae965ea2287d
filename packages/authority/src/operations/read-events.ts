import { feedTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { sha256 } from '../hashing.ts'

/** One line of the feed. It names hashes only: who does not hold the token learns nothing. */
export type FeedEvent =
  | {
      readonly kind: 'revoked'
      readonly id: number
      readonly hash: string
      readonly until: number
    }
  | {
      readonly kind: 'task-ended'
      readonly id: number
      readonly hash: string
      readonly until: number
    }
  | { readonly kind: 'ready' }
  | { readonly kind: 'alive' }

/** How long a feed may be silent: whoever hears nothing for longer must not trust it. */
const ALIVE_MS = 5_000

/** All that still matters, then `ready`, then each revocation as it happens, and a sign of life. */
export async function* readEvents(
  context: Context,
  input: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<FeedEvent, void, void> {
  const ending = input.signal ? AbortSignal.any([input.signal, context.closing]) : context.closing
  let last = 0
  let ready = false
  while (!ending.aborted) {
    const watch = context.changes.watch([feedTopic])
    const done = new AbortController()
    const stop = () => done.abort()
    ending.addEventListener('abort', stop, { once: true })
    try {
      for (const event of await context.store.eventsAfter(last, context.clock.now())) {
        last = event.sequence
        yield { kind: event.kind, id: last, hash: await sha256(event.subject), until: event.until }
      }
      if (!ready) yield { kind: 'ready' }
      ready = true
      const news = watch.changed.then(() => true)
      const silence = context.clock.sleep(ALIVE_MS, done.signal).then(
        () => false,
        () => true,
      )
      if (!(await Promise.race([news, silence]))) yield { kind: 'alive' }
    } finally {
      ending.removeEventListener('abort', stop)
      done.abort()
      watch.stop()
    }
  }
}
