import { OperationError } from '../operation-error.ts'

const MOST_BYTES = 64 * 1024

export type Members = Readonly<Record<string, unknown>>

const tooLarge = () =>
  new OperationError('payload_too_large', `The body is larger than ${MOST_BYTES} bytes.`)

/** Reads no further than the limit, whatever the length header says. */
const readText = async (request: Request): Promise<string> => {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) throw tooLarge()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size > MOST_BYTES) throw tooLarge()
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  } catch (cause) {
    if (cause instanceof OperationError) throw cause
    throw new OperationError('invalid_request', 'The body could not be read as UTF-8.', { cause })
  }
}

const parseJson = (text: string): Members => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new OperationError('invalid_request', 'The body is no JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OperationError('invalid_request', 'The body is no JSON object.')
  return value as Members
}

const parseForm = (text: string): Members => {
  const form = new URLSearchParams(text)
  for (const name of new Set(form.keys()))
    if (form.getAll(name).length > 1)
      throw name === 'resource'
        ? new OperationError('invalid_target', 'A token is for one resource.')
        : new OperationError('invalid_request', `\`${name}\` is there more than once.`)
  return Object.fromEntries(form)
}

const mediaType = (request: Request): string =>
  (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

/** A JSON object. No body at all is an empty one: SDKs send the content type and nothing else. */
export const readJson = async (request: Request): Promise<Members> => {
  const text = await readText(request)
  if (text.trim() === '') return {}
  if (mediaType(request) !== 'application/json')
    throw new OperationError('unsupported_media_type', 'Send application/json.')
  return parseJson(text)
}

/** A form, as RFC 6749 has it, or JSON, as LumoAuth also takes it. */
export const readForm = async (request: Request): Promise<Members> => {
  const text = await readText(request)
  if (text.trim() === '') return {}
  const type = mediaType(request)
  if (type === 'application/json') return parseJson(text)
  if (type === 'application/x-www-form-urlencoded') return parseForm(text)
  throw new OperationError(
    'unsupported_media_type',
    'Send application/x-www-form-urlencoded, or application/json.',
  )
}
