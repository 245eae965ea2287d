/** Answers a request. A handler that throws is a connection that breaks. */
export type Handler = (request: Request) => Response | Promise<Response>

/** A network without sockets: hosts by origin, and a `fetch` that reaches them and nothing else. */
export interface PretendNet {
  readonly fetch: typeof globalThis.fetch
  /** Puts a host on the network, or replaces it. */
  host(origin: string, handler: Handler): void
  /** Every request that went out, to whomever, as `METHOD URL`. */
  readonly sent: readonly {
    readonly method: string
    readonly url: string
    readonly headers: Headers
  }[]
}

export function pretendNet(): PretendNet {
  const hosts = new Map<string, Handler>()
  const sent: { method: string; url: string; headers: Headers }[] = []

  const once = async (request: Request): Promise<Response> => {
    sent.push({ method: request.method, url: request.url, headers: new Headers(request.headers) })
    request.signal.throwIfAborted()
    const handler = hosts.get(new URL(request.url).origin)
    if (!handler) throw new TypeError('fetch failed', { cause: new Error('ENOTFOUND') })
    const response = await orAborted(handler(request), request.signal)
    Object.defineProperty(response, 'url', { value: request.url, configurable: true })
    return response
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    let request = new Request(input, init)
    const { redirect } = request
    for (let hops = 0; ; hops++) {
      const again = redirect === 'follow' ? request.clone() : request
      const response = await once(request)
      const location = response.headers.get('location')
      if (
        redirect === 'manual' ||
        location === null ||
        ![301, 302, 303, 307, 308].includes(response.status)
      )
        return response
      if (redirect === 'error' || hops >= 20) throw new TypeError('fetch failed')
      request = followed(again, new URL(location, request.url), response.status)
    }
  }
  return {
    fetch,
    host: (origin, handler) => void hosts.set(origin, handler),
    sent,
  }
}

/** Fetch standard, HTTP-redirect fetch: 303, and POST on 301 and 302, become GET; `Authorization` does not cross origins. */
function followed(request: Request, to: URL, status: number): Request {
  const turns = status === 303 || (status < 303 && request.method === 'POST')
  const headers = new Headers(request.headers)
  if (to.origin !== new URL(request.url).origin) headers.delete('authorization')
  if (turns) headers.delete('content-type')
  return new Request(to, {
    method: turns ? 'GET' : request.method,
    headers,
    body: turns ? null : request.body,
    redirect: 'follow',
    signal: request.signal,
    duplex: 'half',
  } as RequestInit)
}

function orAborted<R>(work: R | Promise<R>, signal: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop))
  })
}
