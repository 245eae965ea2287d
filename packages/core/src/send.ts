import type { Resource } from '@lumojit/protocol'
import type { Replayable } from './body.ts'
import { LumojitError } from './errors.ts'
import { either } from './flight.ts'
import type { TaskState } from './task-state.ts'

const MOST_REDIRECTS = 5
/** What may follow a redirect to a place that is not ours to trust. */
const HARMLESS = ['accept', 'accept-language', 'user-agent']
const OF_A_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type']
/** The connection was never there, so nothing can have left. */
const NEVER_LEFT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** One HTTP call as the tool wants it, in a form that can be sent again. */
export interface Sending {
  readonly url: URL
  readonly method: string
  readonly resource: Resource
  readonly init: RequestInit
  readonly body: Replayable
  /** How many equal ones this execution sent before. */
  readonly nth: number
  readonly signal: AbortSignal | undefined
  /** Value of `Idempotency-Key`, if one is to be sent. */
  readonly idempotencyKey: string | undefined
}

export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/**
 * Sends once, and follows redirects by hand: within the resource with everything, elsewhere as
 * `fetch` would, but without token, key and body. `home` is false for an answer from elsewhere,
 * which is never read as a challenge.
 */
export async function send(
  task: TaskState,
  sending: Sending,
  token: string | undefined,
): Promise<{ response: Response; home: boolean }> {
  let { url, method } = sending
  let body = sending.body.body
  let home = true
  for (let hops = 0; ; hops++) {
    const headers = home ? ownHeaders(sending, token, body === undefined) : harmless(sending)
    const response = await sendOnce(task, sending, url, method, {
      headers,
      ...(body === undefined ? {} : { body }),
    })
    const where = response.headers.get('location')
    const wanted = sending.init.redirect ?? 'follow'
    if (
      wanted === 'manual' ||
      where === null ||
      ![301, 302, 303, 307, 308].includes(response.status)
    ) {
      return { response, home }
    }
    if (wanted === 'error')
      throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') })
    const target = URL.canParse(where, url) ? new URL(where, url) : undefined
    if (!target || !/^https?:$/.test(target.protocol) || hops >= MOST_REDIRECTS)
      return { response, home }
    home &&=
      task.ground.resources.match(target)?.url === sending.resource.url &&
      !task.ground.authority.owns?.(target)
    const { status } = response
    if (status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST') {
      method = 'GET'
      body = undefined
    }
    if (!home) body = undefined
    await response.body?.cancel()
    url = target
  }
}

async function sendOnce(
  task: TaskState,
  sending: Sending,
  url: URL,
  method: string,
  more: RequestInit,
): Promise<Response> {
  const ending = new AbortController()
  task.signal.throwIfAborted()
  task.unanswered.add(ending)
  const signal = either(ending.signal, sending.signal) as AbortSignal
  try {
    return await task.ground.fetch(url.href, {
      ...sending.init,
      ...more,
      method,
      signal,
      redirect: 'manual',
    })
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (isSafe(method) || neverLeft(error) || !sendable(url, method, more.headers)) throw error
    throw new LumojitError(
      'EFFECT_UNKNOWN',
      `The connection broke while a ${method} was under way: it may have happened, or not.`,
      'Find out at the API before sending it again; the same call carries the same Idempotency-Key.',
      { cause: error },
    )
  } finally {
    task.unanswered.delete(ending)
  }
}

function neverLeft(error: unknown): boolean {
  const { code } = ((error as Error)?.cause ?? {}) as { code?: string }
  return code !== undefined && NEVER_LEFT.includes(code)
}

/** False for what the runtime itself refuses, such as a header value with a line break. */
function sendable(url: URL, method: string, headers: HeadersInit | undefined): boolean {
  try {
    new Request(url, { method, ...(headers === undefined ? {} : { headers }) })
    return true
  } catch {
    return false
  }
}

/** Plain objects stay plain: building `Headers` for every call costs more than the rest of the way. */
function ownHeaders(
  { init, idempotencyKey, body }: Sending,
  token: string | undefined,
  bodyless: boolean,
): HeadersInit {
  const added: Record<string, string> = {}
  if (token !== undefined) added.authorization = `Bearer ${token}`
  if (idempotencyKey !== undefined) added['idempotency-key'] = idempotencyKey
  const { headers } = init
  if (headers === undefined) return added
  const dropped = bodyless && body.body !== undefined
  if (!dropped && !(headers instanceof Headers) && !Array.isArray(headers)) {
    return { ...headers, ...added }
  }
  const all = new Headers(headers)
  // Fetch standard, HTTP-redirect fetch: what describes a body goes with it.
  if (dropped) for (const name of OF_A_BODY) all.delete(name)
  for (const [name, value] of Object.entries(added)) all.set(name, value)
  return all
}

function harmless({ init }: Sending): HeadersInit {
  const all = new Headers(init.headers)
  return Object.fromEntries([...all].filter(([name]) => HARMLESS.includes(name)))
}
