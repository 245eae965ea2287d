import { type ChallengeReading, challengeNeedsBody, readChallenge } from '@lumojit/protocol'
import type { Clock } from './clock.ts'

const BODY_BYTES = 65_536
const BODY_MS = 2_000

/**
 * What a 401 or 403 says is missing. Its body is looked at only when an error code announces a
 * challenge that no header holds, and only JSON, 64 KiB and two seconds of it; the response itself
 * goes on unread. An ordinary refusal is not touched at all.
 */
export async function readRefusal(response: Response, clock: Clock): Promise<ChallengeReading> {
  if (!challengeNeedsBody(response)) return readChallenge(response)
  const body = /\bjson\b/i.test(response.headers.get('content-type') ?? '')
    ? await peek(response, clock)
    : undefined
  return readChallenge(response, body)
}

async function peek(response: Response, clock: Clock): Promise<string | undefined> {
  const reader = response.clone().body?.getReader()
  if (!reader) return undefined
  const over = new AbortController()
  const late = clock.sleep(BODY_MS, over.signal).then(
    () => undefined,
    () => undefined,
  )
  try {
    return await Promise.race([readUpTo(reader, BODY_BYTES), late])
  } catch {
    return undefined
  } finally {
    over.abort()
    reader.cancel().catch(() => {})
  }
}

async function readUpTo(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  most: number,
): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    text += decoder.decode(value, { stream: true })
    // One character too many is enough for the reader of challenges to say "too large".
    if (size > most) return text
  }
}
