const PATIENCE_MS = 10_000
const MOST = 256 * 1024

export interface Answered {
  readonly kind: 'answered'
  readonly status: number
  readonly headers: Headers
  /** The body as a JSON object; empty where it is none. */
  readonly json: Readonly<Record<string, unknown>>
  /** By the `Date` of the answer, seconds exact. */
  readonly clock: number | undefined
}

export interface Away {
  readonly kind: 'away'
  /** What the network said, in words. */
  readonly why: string
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host is known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'nobody answers the connection',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** One call, no redirect followed, ten seconds at most. */
export async function call(
  url: string,
  stop: AbortSignal,
  init: RequestInit = {},
): Promise<Answered | Away> {
  const timeout = AbortSignal.timeout(PATIENCE_MS)
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      ...init,
      signal: AbortSignal.any([stop, timeout]),
    })
    const json = readObject(await readSome(response))
    const { status, headers } = response
    const date = Date.parse(headers.get('date') ?? '')
    return { kind: 'answered', status, headers, json, clock: Number.isNaN(date) ? undefined : date }
  } catch (error) {
    stop.throwIfAborted()
    if (timeout.aborted) return { kind: 'away', why: `no answer within ${PATIENCE_MS / 1000} s` }
    const { code = '', message = '' } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException
    return { kind: 'away', why: WORDS[code] ?? (code || message || 'it cannot be called') }
  }
}

async function readSome({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  // Leaving the loop early ends the connection.
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MOST) break
  }
  return text
}

function readObject(text: string): Answered['json'] {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Answered['json']) : {}
  } catch {
    return {}
  }
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
