import type { Answer } from './answer.ts'
import { malformed, refused } from './refused.ts'

const NOT_JSON = 'The answer is not the JSON that LumoAuth gives.'

/** `text` is undefined when there was too much of it. */
export function readAnswer(
  to: string,
  { status, ok, headers }: Response,
  text: string | undefined,
): Answer {
  let body: unknown = {}
  try {
    if (text !== '') body = JSON.parse(text ?? '!')
  } catch {
    // A 4xx may speak plain text (its status says enough), but a page of HTML is somebody else answering.
    if (ok || text === undefined || /^\s*</.test(text)) throw malformed(NOT_JSON, status)
    body = { message: text }
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw malformed(NOT_JSON, status)
  const members = body as Answer['body']
  const short = [members.code, members.error].find((value) => typeof value === 'string')
  const code = typeof short === 'string' && /^[a-z_]{1,64}$/.test(short) ? short : undefined
  const { error_description, message, detail, error } = members
  const prose = [error_description, message, detail, error].filter((it) => typeof it === 'string')
  const answer = {
    to,
    status,
    ok,
    headers,
    body: members,
    code,
    prose: prose.join(' ').slice(0, 2000),
  }
  // Everywhere the same mistake of configuration, so nowhere to be read as anything else.
  if (status === 404 && code === 'tenant_not_found') throw refused(answer)
  return answer
}
