import { decodeBase64, type RequestRef } from '@lumojit/protocol'
import type { Clock } from './clock.ts'
import { LumojitError } from './errors.ts'
import type { CallbackFlaw, Emit } from './events.ts'

/** Where the authority tells of decisions, and what proves that it was the authority. */
export interface CallbackOptions {
  /** Sent with every request; its origin has to be registered for the agent at the authority. */
  readonly url: string
  /** Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. Several while one is being replaced. */
  readonly secret: string | readonly string[]
}

/** The options once checked. */
export interface Callback {
  readonly url: string
  readonly secrets: readonly Uint8Array<ArrayBuffer>[]
}

/** Standard Webhooks: what is older than this was kept by somebody. */
const TOLERANCE_MS = 300_000
const MOST_BYTES = 65_536
const MOST_ID = 256

/** Throws `CONFIG_INVALID`. */
export function callbackOf(given: CallbackOptions | undefined): Callback | undefined {
  if (given === undefined) return undefined
  const secrets = [given.secret].flat().map(secretOf)
  const url = URL.canParse(given.url) ? new URL(given.url) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.hash || url.username || url.password) {
    throw invalid('`callback.url` is no plain URL.', 'Pass the https URL your handler answers at.')
  }
  if (secrets.length === 0) throw invalid('`callback.secret` is missing.', SECRET_FIX)
  return { url: url.href, secrets }
}

interface Reader {
  readonly callback: Callback | undefined
  readonly clock: Clock
  readonly emit: Emit
}

/**
 * Verifies a callback (Standard Webhooks 1.0: HMAC-SHA-256 over `id.timestamp.body`) and says which
 * request has news. It decides nothing: whoever goes on has the authority read again. Undefined, and
 * an event, for anything else.
 */
export async function readCallback(
  reader: Reader,
  request: Request,
): Promise<RequestRef | undefined> {
  const ref = await refOf(reader, request).catch((): CallbackFlaw => 'unreadable')
  if (typeof ref !== 'string') return ref
  reader.emit?.({ type: 'callback-rejected', reason: ref })
  return undefined
}

async function refOf({ callback, clock }: Reader, request: Request) {
  if (!callback) return 'not-configured'
  const [id, time, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    request.headers.get(`webhook-${name}`),
  )
  if (!id || !signatures || !/^\d{1,12}$/.test(time ?? '')) return 'unsigned'
  const body = await boundedBody(request)
  if (!body) return 'unreadable'
  const head = new TextEncoder().encode(`${id}.${time}.`)
  const signed = new Uint8Array(head.length + body.length)
  signed.set(head)
  signed.set(body, head.length)
  if (!(await anyFits(callback.secrets, signatures, signed))) return 'forged'
  if (Math.abs(clock.now() - Number(time) * 1000) > TOLERANCE_MS) return 'expired'
  const { data } = JSON.parse(new TextDecoder().decode(body))
  const { task_id: taskId, request_id: requestId } = data
  const named = [taskId, requestId].every((it) => typeof it === 'string' && it.length <= MOST_ID)
  return named && requestId ? { taskId, requestId } : 'unreadable'
}

/** `v1,` and base64, several parted by spaces: a sender that changes its secret signs with both. */
async function anyFits(
  secrets: readonly Uint8Array<ArrayBuffer>[],
  signatures: string,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const { subtle } = globalThis.crypto
  const given = signatures
    .split(' ', 8)
    .flatMap((each) => (each.startsWith('v1,') ? [decodeBase64(each.slice(3))] : []))
  for (const secret of secrets) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    const key = await subtle.importKey('raw', secret, hmac, false, ['verify'])
    for (const signature of given) {
      if (signature && (await subtle.verify('HMAC', key, signature, signed))) return true
    }
  }
  return false
}

async function boundedBody(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) return undefined
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length
    if (length > MOST_BYTES) return undefined
    parts.push(part)
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return body
}

const SECRET_FIX = 'Pass the `whsec_…` that is registered for this agent at the authority.'

function secretOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = /^whsec_./.test(text) ? decodeBase64(text.slice(6)) : undefined
  if (bytes && bytes.length >= 24 && bytes.length <= 64) return bytes
  throw invalid('`callback.secret` is no secret of Standard Webhooks.', SECRET_FIX)
}

function invalid(message: string, fix: string): LumojitError {
  return new LumojitError('CONFIG_INVALID', message, fix)
}
