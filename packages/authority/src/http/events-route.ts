import { OperationError } from '../operation-error.ts'
import { type FeedEvent, readEvents } from '../operations/read-events.ts'
import type { Call } from './call.ts'

const write = (event: FeedEvent): string => {
  if (event.kind === 'alive') return ': alive\n\n'
  if (event.kind === 'ready') return 'event: ready\ndata: {}\n\n'
  const exp = Math.ceil(event.until / 1000)
  const data = event.kind === 'revoked' ? { token: event.hash, exp } : { task: event.hash, exp }
  return `id: ${event.id}\nevent: ${event.kind}\ndata: ${JSON.stringify(data)}\n\n`
}

/** The revocation feed as server-sent events; open to anyone, for it names hashes only. */
export const createEventsRoute = () => {
  let open = 0
  return async ({ context, request }: Call): Promise<ReadableStream<Uint8Array>> => {
    if (open >= context.configuration.limits.feeds)
      throw new OperationError('too_many_connections', 'Too many feeds are open.', {
        retryAfterMs: 5_000,
      })
    open++
    const left = new AbortController()
    const events = readEvents(context, { signal: AbortSignal.any([request.signal, left.signal]) })
    const encoder = new TextEncoder()
    const end = () => {
      if (left.signal.aborted) return
      left.abort()
      open--
    }
    request.signal.addEventListener('abort', end, { once: true })
    // A HEAD request gets no body, so nobody would ever end it.
    if (request.signal.aborted || request.method === 'HEAD') end()
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { value, done } = await events.next()
        if (!done) return controller.enqueue(encoder.encode(write(value)))
        end()
        controller.close()
      },
      cancel: end,
    })
  }
}
