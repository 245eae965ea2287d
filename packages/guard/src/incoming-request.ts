/** The members of `http.IncomingMessage` (and what Express and Fastify pass on of it) that make a Request. */
export interface Incoming {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** Names and values in turn. `headers` will not do: Node keeps only the first of two `Authorization` headers. */
  readonly rawHeaders: readonly string[]
}

/** A body-less Request with the same headers, or undefined for what no Request can be (CONNECT, TRACE, `*`). */
export function incomingRequest(incoming: Incoming): Request | undefined {
  const { method = 'GET', url = '', rawHeaders } = incoming
  if (!url.startsWith('/')) return undefined
  try {
    const headers = new Headers()
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] ?? ''
      // HTTP/2 pseudo-headers are no header fields.
      if (!name.startsWith(':')) headers.append(name, rawHeaders[at + 1] ?? '')
    }
    // By concatenation: resolved against a base, `//evil.example/x` would become another host.
    return new Request(`http://localhost${url}`, { method, headers })
  } catch {
    return undefined
  }
}
