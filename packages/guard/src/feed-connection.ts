import { EventStreamReader, type StreamEvent } from './event-stream.ts'
import type { Io } from './fetch-json.ts'

const ANSWER_WITHIN_MS = 5_000
/** The authority sends at least a comment every 5 s; three missed ones are a dead line. */
export const SILENT_AFTER_MS = 15_000

export interface FeedConnection {
  readonly url: string
  /** `Last-Event-ID` to go on from; '' asks for everything still relevant. */
  readonly resumeFrom: string
  readonly closed: AbortSignal
  /** Called for every chunk, comments included, with what it completed. A throw ends the connection. */
  readonly onChunk: (events: readonly StreamEvent[]) => void
}

/**
 * One connection to an event stream, read by `fetch` (an EventSource cannot tell a silent line from a quiet one).
 * Resolves when the server ends it or `closed` aborts, rejects on everything else.
 */
export async function followFeed(io: Io, connection: FeedConnection): Promise<void> {
  const { clock } = io
  const line = new AbortController()
  const hangUp = () => line.abort(connection.closed.reason)
  connection.closed.addEventListener('abort', hangUp)
  if (connection.closed.aborted) hangUp()
  const heard = { at: clock.now(), patience: ANSWER_WITHIN_MS }
  const watched = watch(io, line, heard)
  try {
    const body = await open(io, connection, line.signal)
    const reader = new EventStreamReader()
    line.signal.addEventListener('abort', () => void body.cancel().catch(() => {}))
    heard.patience = SILENT_AFTER_MS
    for (;;) {
      const chunk = await body.read()
      if (line.signal.aborted) throw line.signal.reason
      if (chunk.done) return
      heard.at = clock.now()
      connection.onChunk(reader.push(chunk.value))
    }
  } catch (error) {
    if (connection.closed.aborted) return
    throw line.signal.aborted ? line.signal.reason : error
  } finally {
    connection.closed.removeEventListener('abort', hangUp)
    line.abort()
    await watched
  }
}

async function open(io: Io, { url, resumeFrom }: FeedConnection, signal: AbortSignal) {
  const response = await io.fetch(url, {
    headers: {
      accept: 'text/event-stream',
      ...(resumeFrom === '' ? {} : { 'last-event-id': resumeFrom }),
    },
    cache: 'no-store',
    redirect: 'error',
    signal,
  })
  const type = response.headers.get('content-type') ?? ''
  if (response.status !== 200 || !response.body || !/^text\/event-stream\s*(?:;|$)/i.test(type)) {
    await response.body?.cancel()
    throw new Error(`Answered ${response.status} and no event stream.`)
  }
  return response.body.getReader()
}

async function watch(io: Io, line: AbortController, heard: { at: number; patience: number }) {
  while (!line.signal.aborted) {
    const left = heard.at + heard.patience - io.clock.now()
    if (left <= 0) line.abort(new Error('Nothing was heard in time.'))
    else await io.clock.sleep(left, line.signal).catch(() => {})
  }
}
