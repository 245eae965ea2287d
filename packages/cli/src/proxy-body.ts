import type { IncomingMessage } from 'node:http'
import type { Answer } from './proxy-answer.ts'
import { BrokenAnswer } from './proxy-broken-answer.ts'
import { pairsOf, towardsCaller } from './proxy-headers.ts'

/** Bytes. What the engine can send twice, and what is searched for tokens. */
export const LARGEST_BODY = 1_048_576

/** Undefined once it is larger than can be sent twice. */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > LARGEST_BODY) return undefined
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    size += chunk.length
    if (size > LARGEST_BODY) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The API's answer, whole if it is small enough to be kept and searched, else as it comes. */
export async function readAnswer(
  response: Response,
  location: (text: string) => string,
): Promise<Answer> {
  const pairs = pairsOf([...response.headers].flat())
  const headers = towardsCaller(pairs).map(
    ([name, value]) => [name, name === 'location' ? location(value) : value] as const,
  )
  const answer = { status: response.status, headers }
  const { body } = response
  if (!body) return { ...answer, body: '' }
  if (/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? ''))
    return { ...answer, body: '', rest: body }
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw new BrokenAnswer('The answer of the API broke off.', { cause })
    })
    if (done) return { ...answer, body: Buffer.concat(chunks).toString('latin1') }
    chunks.push(value)
    size += value.byteLength
    if (size > LARGEST_BODY) return { ...answer, body: '', rest: rejoined(chunks, reader) }
  }
}

function rejoined(
  chunks: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  const first = [...chunks]
  return new ReadableStream({
    async pull(controller) {
      const known = first.shift()
      if (known) return controller.enqueue(known)
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
