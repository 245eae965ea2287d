import { canonicalJson, decodeBase64url, encodeBase64url, type Json } from '@lumojit/protocol'
import type { HandleFlaw } from './events.ts'

const PREFIX = 'lj1'
/** Longest text that is even looked at. */
const LONGEST = 32_768
const LONGEST_BODY = LONGEST - 64
const utf8 = new TextEncoder()

/**
 * What a sealed handle says. Names of people, calls and questions are hashes: a handle lies in
 * framework state, browsers and logs, and must tell nothing there.
 */
export interface HandleContent {
  readonly authority: string
  readonly task: string
  readonly subject: string
  /** Empty in the handle of a task, which belongs to no call. */
  readonly call: string
  /** Every request opened so far, with the name of the question it answers. */
  readonly requests: readonly (readonly [requestId: string, question: string])[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** When the task itself ends, if that is known. */
  readonly taskExpiresAt: number
}

/**
 * HMAC-SHA-256 over the content, under the newest key. It proves that this application wrote it
 * for this task, subject and call; it decides nothing, since the authority is always asked again.
 */
export async function seal(content: HandleContent, keys: readonly Uint8Array[]): Promise<string> {
  let body = bodyOf(content)
  // What does not fit is asked anew; the latest questions are the ones that wait.
  for (let { requests } = content; body.length > LONGEST_BODY && requests.length > 0; ) {
    requests = requests.slice(Math.ceil(requests.length / 4))
    body = bodyOf({ ...content, requests })
  }
  const mac = await hmac(keys[0] as Uint8Array, body)
  return `${PREFIX}.${body}.${encodeBase64url(mac)}`
}

function bodyOf(content: HandleContent): string {
  return encodeBase64url(utf8.encode(canonicalJson(content as unknown as Json)))
}

/** The content, or why it is not to be believed. Expired handles are flawed too. */
export async function unseal(
  handle: unknown,
  keys: readonly Uint8Array[],
  now: number,
): Promise<HandleContent | HandleFlaw> {
  if (typeof handle !== 'string' || handle.length > LONGEST) return 'forged'
  const [prefix, body, mac, ...rest] = handle.split('.')
  if (prefix !== PREFIX || !body || !mac || rest.length > 0) return 'forged'
  const claimed = decodeBase64url(mac)
  const bytes = decodeBase64url(body)
  if (!claimed || !bytes) return 'forged'
  for (const key of keys) {
    if (await verified(key, body, claimed)) {
      const content = JSON.parse(new TextDecoder().decode(bytes)) as HandleContent
      return content.expiresAt > now ? content : 'expired'
    }
  }
  return 'forged'
}

/** A handle, wherever a framework kept it: the text itself, or what was told as a PendingApproval. */
export function handleIn(kept: unknown): unknown {
  return typeof kept === 'object' && kept !== null && 'handle' in kept ? kept.handle : kept
}

async function hmac(key: Uint8Array, text: string): Promise<Uint8Array> {
  return new Uint8Array(
    await crypto.subtle.sign('HMAC', await importKey(key, 'sign'), utf8.encode(text)),
  )
}

/** `verify` compares in constant time. */
async function verified(key: Uint8Array, text: string, mac: Uint8Array): Promise<boolean> {
  const imported = await importKey(key, 'verify')
  return crypto.subtle.verify('HMAC', imported, new Uint8Array(mac), utf8.encode(text))
}

function importKey(key: Uint8Array, use: 'sign' | 'verify') {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new Uint8Array(key), algorithm, false, [use])
}
