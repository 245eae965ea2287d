const gone = new WeakMap<Request, AbortController>()

/** Aborts when the connection that brought this request is closed before its answer was written. */
export function goneSignal(request: Request | undefined): AbortSignal | undefined {
  return request && gone.get(request)?.signal
}

/** From now on `goneSignal` knows of this request. */
export function watch(request: Request): void {
  gone.set(request, new AbortController())
}

/** The same answer; whoever stops reading it is gone. A client of 2025 says nothing when it gives up. */
export function watched(request: Request, response: Response): Response {
  const controller = gone.get(request)
  const { body } = response
  if (!controller || !body) return response
  const reader = body.getReader()
  const relayed = new ReadableStream<Uint8Array>({
    pull: async (out) => {
      const { done, value } = await reader.read()
      if (done) out.close()
      else out.enqueue(value)
    },
    cancel: async (reason) => {
      controller.abort(new Error('The client has closed the connection.'))
      await reader.cancel(reason)
    },
  })
  return new Response(relayed, response)
}
