import { AuthorityError, type Io, type Json, type Secret } from '@lumojit/protocol'
import type { Answer } from './answer.ts'
import type { Settings } from './options.ts'
import { orAbort } from './or-abort.ts'
import { readAnswer } from './read-answer.ts'
import { retryAfter } from './server-time.ts'
import { limited } from './time-limit.ts'

const BODY_LIMIT = 256 * 1024
/** A wait the authority asks for is kept up to this; a longer one is for the caller to decide. */
const PATIENCE_MS = 30_000

export interface Call {
  readonly method: 'GET' | 'POST'
  /** Below the base, with its slash. */
  readonly path: string
  readonly token?: Secret
  readonly json?: { readonly [member: string]: Json }
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** How often the call may be made again after no answer or 5xx. Default 0. */
  readonly repeats?: number
  /** The server was asked to hold its answer this long. */
  readonly waitMs?: number
}

/** Rejects with {@link AuthorityError} for everything an {@link Answer} is not, or with the abort's reason. */
export async function send(settings: Settings, call: Call, io: Io = {}): Promise<Answer> {
  let left = { 'rate-limited': 2, unreachable: call.repeats ?? 0 }
  let pause = 500
  for (;;) {
    try {
      return await sendOnce(settings, call, io.signal)
    } catch (error) {
      if (!(error instanceof AuthorityError)) throw error
      const { kind } = error
      if (kind !== 'unreachable' && kind !== 'rate-limited') throw error
      const wait = error.retryAfterMs ?? (kind === 'unreachable' ? pause : Number.POSITIVE_INFINITY)
      if (left[kind] === 0 || wait > PATIENCE_MS) throw error
      left = { ...left, [kind]: left[kind] - 1 }
      pause *= 2
      await settings.clock.sleep(wait, io.signal)
    }
  }
}

async function sendOnce(settings: Settings, call: Call, abort?: AbortSignal): Promise<Answer> {
  abort?.throwIfAborted()
  const { fetch, clock, base, timeoutMs } = settings
  const { signal, release } = limited(timeoutMs + (call.waitMs ?? 0), abort)
  const headers = new Headers({ accept: 'application/json', ...call.headers })
  if (call.token) headers.set('authorization', `Bearer ${call.token.reveal()}`)
  if (call.json) headers.set('content-type', 'application/json')
  const body = call.json ? JSON.stringify(call.json) : call.form && new URLSearchParams(call.form)
  let response: Response
  let text: string | undefined
  try {
    const init = { method: call.method, headers, signal, redirect: 'manual' as const }
    const sent = fetch(base + call.path, body === undefined ? init : { ...init, body })
    response = await orAbort(sent, signal)
    text = await orAbort(readText(response), signal)
  } catch (error) {
    abort?.throwIfAborted()
    // The cause stays behind: what a custom fetch throws may hold the request, and so a token.
    throw new AuthorityError(
      'unreachable',
      signal.aborted
        ? `LumoAuth did not answer within ${timeoutMs} ms.`
        : `LumoAuth could not be reached${errno(error)}.`,
      { fix: 'Check LUMOAUTH_URL and the network between here and there.' },
    )
  } finally {
    release()
  }
  const { status } = response
  const retryAfterMs = retryAfter(response.headers, clock.now())
  const details = retryAfterMs === undefined ? { status } : { status, retryAfterMs }
  if (status < 200 || (status >= 300 && status < 400)) {
    throw new AuthorityError('rejected', 'LumoAuth redirects; a credential does not follow.', {
      status,
      fix: 'Set LUMOAUTH_URL to the address that answers itself.',
    })
  }
  if (status === 429) {
    throw new AuthorityError('rate-limited', 'LumoAuth takes no more calls for now.', details)
  }
  if (status >= 500)
    throw new AuthorityError('unreachable', `LumoAuth answered ${status}.`, details)
  return readAnswer(`${call.method} ${call.path}`, response, text)
}

/** Undefined when there is more than anyone should read. */
async function readText({ body }: Response): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let [text, size] = ['', 0]
  // Leaving the loop early cancels the stream.
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > BODY_LIMIT) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** `fetch failed` says nothing; the code beneath it does. */
function errno(error: unknown): string {
  const code = (error as { readonly cause?: { readonly code?: unknown } } | undefined)?.cause?.code
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? ` (${code})` : ''
}
