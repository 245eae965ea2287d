import type { Clock } from './clock.ts'

const DEADLINE_MS = 5_000
const MAX_BYTES = 262_144

/** What the guard needs of the outside world. */
export interface Io {
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
}

/** An answer other than 200. */
export class UnexpectedStatus extends Error {
  readonly status: number

  constructor(status: number) {
    super(`Answered ${status}.`)
    this.status = status
  }
}

export interface Form {
  readonly fields: Readonly<Record<string, string>>
  readonly authorization: string
}

/** JSON of the authority, by GET or as the answer to a form: 200 only, no redirects, 5 s, 256 KiB. Rejects otherwise. */
export async function fetchJson(
  io: Io,
  url: string,
  closed: AbortSignal,
  form?: Form,
): Promise<unknown> {
  const over = new AbortController()
  const late = new AbortController()
  io.clock.sleep(DEADLINE_MS, over.signal).then(
    () => late.abort(new Error('No answer within 5 s.')),
    () => {},
  )
  try {
    const response = await io.fetch(url, {
      headers: {
        accept: 'application/json',
        ...(form !== undefined && { authorization: form.authorization }),
      },
      ...(form !== undefined && {
        method: 'POST',
        body: new URLSearchParams(form.fields),
        cache: 'no-store',
      }),
      redirect: 'error',
      signal: AbortSignal.any([late.signal, closed]),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new UnexpectedStatus(response.status)
    }
    return JSON.parse(await textOf(response))
  } finally {
    over.abort()
  }
}

async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  for (;;) {
    const chunk = await reader?.read()
    if (chunk === undefined || chunk.done) return text + decoder.decode()
    bytes += chunk.value.byteLength
    if (bytes > MAX_BYTES) {
      await reader?.cancel()
      throw new Error('Larger than 256 KiB.')
    }
    text += decoder.decode(chunk.value, { stream: true })
  }
}
