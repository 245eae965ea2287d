import { digest, digestBytes } from './digest.ts'
import { LumojitError } from './errors.ts'

const LARGEST_REQUEST_BODY = 1_048_576
const utf8 = new TextEncoder()

/** A body that can be sent again, byte for byte, and named by what it holds. */
export interface Replayable {
  readonly body: Exclude<BodyInit, ReadableStream> | undefined
  /** Empty without a body. Computed when first needed: most calls never do. */
  hash(): Promise<string>
}

const NONE: Replayable = { body: undefined, hash: async () => '' }

/**
 * Takes what `fetch` takes, but for streams. Buffers, parameters and forms are copied, so that what
 * the caller does with them later changes nothing.
 */
export function replayable(body: BodyInit | null | undefined): Replayable {
  if (body === null || body === undefined) return NONE
  if (typeof body === 'string') return hashed(body, () => digestBytes(utf8.encode(body)))
  if (body instanceof URLSearchParams) {
    const text = body.toString()
    return hashed(new URLSearchParams(text), () => digestBytes(utf8.encode(text)))
  }
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    const view =
      body instanceof ArrayBuffer
        ? new Uint8Array(body)
        : new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    const bytes = new Uint8Array(view)
    return hashed(bytes, () => digestBytes(bytes))
  }
  if (body instanceof Blob) {
    return hashed(body, async () => digestBytes(new Uint8Array(await body.arrayBuffer())))
  }
  if (body instanceof FormData) {
    const copy = new FormData()
    for (const [name, value] of body) {
      if (typeof value === 'string') copy.append(name, value)
      else copy.append(name, value, value.name)
    }
    return hashed(copy, () => hashForm(copy))
  }
  throw unreplayable('A stream can be sent once only.')
}

/** The body of a `Request`, read once. */
export async function replayableRequest(request: Request): Promise<Replayable> {
  if (!request.body) return NONE
  if (request.bodyUsed || request.body.locked) {
    throw unreplayable('The body of this Request has been read already.')
  }
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength
    if (size > LARGEST_REQUEST_BODY) {
      await reader.cancel()
      throw unreplayable('The body of this Request is larger than 1 MiB.')
    }
    chunks.push(read.value)
  }
  return replayable(await new Blob(chunks as BlobPart[]).arrayBuffer())
}

function hashed(body: NonNullable<Replayable['body']>, compute: () => Promise<string>): Replayable {
  let hash: Promise<string> | undefined
  return {
    body,
    hash: () => {
      hash ??= compute()
      return hash
    },
  }
}

/** By entries, since the boundary between them is random. */
async function hashForm(form: FormData): Promise<string> {
  const entries: string[][] = []
  for (const [name, value] of form) {
    entries.push(
      typeof value === 'string'
        ? [name, value]
        : [
            name,
            value.name,
            value.type,
            await digestBytes(new Uint8Array(await value.arrayBuffer())),
          ],
    )
  }
  return digest(entries)
}

function unreplayable(why: string): LumojitError {
  return new LumojitError(
    'BODY_NOT_REPLAYABLE',
    `The body cannot be sent a second time. ${why}`,
    'Pass a string, a buffer, URLSearchParams, a Blob or FormData as `body`.',
  )
}
