import { type Deferred, deferred } from './deferred.ts'

interface Line {
  readonly gone: AbortController
  readonly read: Deferred<boolean>
}

const lines = new WeakMap<Request, Line>()

/** From now on it is known of this request whether somebody is there to read its answer. */
export function watch(request: Request): void {
  lines.set(request, { gone: new AbortController(), read: deferred<boolean>() })
}

/** Aborts when the connection that brought this request is closed before its answer was written. */
export function goneSignal(request: Request | undefined): AbortSignal | undefined {
  return request && lines.get(request)?.gone.signal
}

/** Whether the answer was taken to its end. Where nobody watches, it is taken for read. */
export function wasRead(request: Request | undefined): Promise<boolean> {
  return (request && lines.get(request)?.read.promise) ?? Promise.resolve(true)
}

/** The same answer; whoever stops reading it is gone. A client of 2025 says nothing when it gives up. */
export function watched(request: Request, response: Response): Response {
  const line = lines.get(request)
  const { body } = response
  if (!line || !body) return response
  const reader = body.getReader()
  const relayed = new ReadableStream<Uint8Array>({
    pull: async (out) => {
      const { done, value } = await reader.read()
      if (!done) return out.enqueue(value)
      line.read.resolve(true)
      out.close()
    },
    cancel: async (reason) => {
      line.read.resolve(false)
      line.gone.abort(new Error('The client has closed the connection.'))
      await reader.cancel(reason)
    },
  })
  return new Response(relayed, response)
}
