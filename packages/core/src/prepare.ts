import type { Resource } from '@lumojit/protocol'
import { type Replayable, replayable, replayableRequest } from './body.ts'
import type { Call, PendingMode } from './call.ts'
import { LumojitError } from './errors.ts'
import { either } from './flight.ts'
import { idempotencyKey } from './idempotency.ts'
import type { GrantInfo } from './ledger.ts'
import { withoutFragment } from './resource-list.ts'
import { isSafe, type Sending } from './send.ts'
import type { TaskState } from './task-state.ts'

/** `RequestInit`, plus what only we need. */
export interface JitRequestInit extends RequestInit {
  /** Why, in one sentence, for the person who decides; at most 480 characters. */
  readonly justification?: string
  /** `false` sends none; a header of that name set by the caller wins. Default: made for POST and PATCH. */
  readonly idempotencyKey?: string | false
  /** A grant asked for before (`request`), to be used for this call. */
  readonly grant?: GrantInfo
  readonly pending?: PendingMode
  /** How long to wait in place for a decision, in milliseconds, before the call pauses. */
  readonly waitMs?: number
}

/** The call as it was made: what the caller changes afterwards changes nothing of it. */
export function asCalled(
  input: string | URL | Request,
  init: JitRequestInit = {},
): { readonly input: URL | Request; readonly init: JitRequestInit } {
  const { headers, body } = init
  const own: JitRequestInit = { ...init }
  if (body !== undefined && body !== null) own.body = replayable(body).body as BodyInit
  // `Headers` of another make are known by what they can do.
  if (headers !== undefined)
    own.headers = Symbol.iterator in headers ? new Headers([...headers]) : { ...headers }
  return { input: input instanceof Request ? input : readUrl(input), init: own }
}

/** Where, how and with what: everything that can be refused before a byte leaves. */
export async function prepare(
  task: TaskState,
  call: Call,
  input: URL | Request,
  init: JitRequestInit,
): Promise<Sending> {
  const request = input instanceof Request ? input : undefined
  const url = request ? readUrl(request.url) : (input as URL)
  // It never leaves, so it makes no difference: not to the key, the question, or what is learned.
  url.hash = ''
  const resource = listed(task, url)
  const {
    justification: _,
    idempotencyKey: key,
    grant: __,
    pending: ___,
    waitMs: ____,
    body: given,
    ...rest
  } = init
  const headers = request ? mergedHeaders(request, init.headers) : init.headers
  refuseAuthorization(headers)
  const method = (init.method ?? request?.method ?? 'GET').toUpperCase()
  const body = await bodyOf(request, given)
  await task.record()
  const nth = await nthOf(call, method, url, body)
  return {
    url,
    method,
    resource,
    init: {
      ...(request ? fromRequest(request) : {}),
      ...rest,
      ...(headers === undefined ? {} : { headers }),
    },
    body,
    nth,
    signal: either(init.signal ?? request?.signal, call.signal),
    idempotencyKey: hasKey(headers)
      ? undefined
      : await keyFor(task, call, { method, url, body, nth }, key),
  }
}

function bodyOf(
  request: Request | undefined,
  given: BodyInit | null | undefined,
): Replayable | Promise<Replayable> {
  if (given !== undefined && given !== null) return replayable(given)
  return request ? replayableRequest(request) : replayable(undefined)
}

/** How many equal sends this execution has made before: they are different calls of the API. */
async function nthOf(call: Call, method: string, url: URL, body: Replayable): Promise<number> {
  if (isSafe(method)) return 0
  const fingerprint = `${method} ${withoutFragment(url.href)} ${await body.hash()}`
  const nth = call.sends.get(fingerprint) ?? 0
  call.sends.set(fingerprint, nth + 1)
  return nth
}

async function keyFor(
  task: TaskState,
  call: Call,
  { method, url, body, nth }: Pick<Sending, 'method' | 'url' | 'body' | 'nth'>,
  wanted: string | false | undefined,
): Promise<string | undefined> {
  if (wanted !== undefined) return wanted === false ? undefined : wanted
  if (method !== 'POST' && method !== 'PATCH') return undefined
  const { authority } = task.ground
  const send = { authority: authority.id, subject: task.subject, call: call.key, method }
  return idempotencyKey({ ...send, url: url.href, bodyHash: await body.hash() }, nth)
}

function readUrl(input: string | URL): URL {
  if (input instanceof URL || URL.canParse(input)) return new URL(input)
  throw new LumojitError(
    'ORIGIN_NOT_LISTED',
    'The address is not an absolute URL.',
    'Pass the whole URL of a listed resource.',
  )
}

function listed(task: TaskState, url: URL): Resource {
  if (task.ground.authority.owns?.(url)) {
    throw new LumojitError(
      'ORIGIN_NOT_LISTED',
      'This URL belongs to the authority; an agent never calls it with its own tokens.',
      'Call the API you want to use; asking, redeeming and revoking is done for you.',
    )
  }
  const resource = task.ground.resources.match(url)
  if (resource && !url.username && !url.password) return resource
  throw new LumojitError(
    'ORIGIN_NOT_LISTED',
    `${url.origin}${resource ? ', with user information in the URL,' : ''} is not a listed resource.`,
    `Add '${url.origin}' to \`resources\` if it takes tokens of this authority; use \`fetch\` if it does not.`,
  )
}

function mergedHeaders(request: Request, headers: HeadersInit | undefined): Headers {
  const merged = new Headers(request.headers)
  for (const [name, value] of new Headers(headers)) merged.set(name, value)
  return merged
}

/** What a `Request` says that a plain init would have said. */
function fromRequest({
  cache,
  credentials,
  integrity,
  keepalive,
  mode,
  redirect,
  referrerPolicy,
}: Request): RequestInit {
  return { cache, credentials, integrity, keepalive, mode, redirect, referrerPolicy }
}

function refuseAuthorization(headers: HeadersInit | undefined): void {
  if (!has(headers, 'authorization')) return
  throw new LumojitError(
    'CALLER_AUTHORIZATION',
    'The call brings its own Authorization header.',
    'Leave it out: the token for this call is chosen here. Use `fetch` for APIs with other credentials.',
  )
}

function hasKey(headers: HeadersInit | undefined): boolean {
  return has(headers, 'idempotency-key')
}

function has(headers: HeadersInit | undefined, wanted: string): boolean {
  if (headers === undefined) return false
  if (headers instanceof Headers) return headers.has(wanted)
  const names = Array.isArray(headers) ? headers.map(([name]) => name) : Object.keys(headers)
  return names.some((name) => name?.toLowerCase() === wanted)
}
