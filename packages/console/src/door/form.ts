import { ConsoleRefusal } from './refusal.ts'

const MOST_BYTES = 64 * 1024

/** A form, read no further than the limit, whatever the length header says. */
export const readForm = async (request: Request): Promise<URLSearchParams> => {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded')
    throw new ConsoleRefusal(415, 'Not this way', 'The console reads forms only.')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size > MOST_BYTES)
        throw new ConsoleRefusal(413, 'Too much', `The form is larger than ${MOST_BYTES} bytes.`)
      text += decoder.decode(chunk, { stream: true })
    }
    text += decoder.decode()
  } catch (cause) {
    if (cause instanceof ConsoleRefusal) throw cause
    throw new ConsoleRefusal(400, 'That does not work', 'The form cannot be read.', { cause })
  }
  return new URLSearchParams(text)
}

/** A text field; absent when it was left empty. Browsers send line breaks as CRLF. */
export const field = (form: URLSearchParams, name: string): string | undefined => {
  const text = (form.get(name) ?? '').replaceAll('\r\n', '\n').trim()
  return text === '' ? undefined : text
}
