import type { Body, Operation, Parameter } from './operation.ts'

export interface ApiRequest {
  readonly url: URL
  readonly init: { method: string; headers: Record<string, string>; body?: string }
}

/**
 * The call a model's arguments stand for. Throws where they would lead elsewhere than the operation
 * does: the arguments are a model's, and a model repeats what it has read.
 */
export function apiRequest(
  { method, path, parameters, body }: Operation,
  args: Readonly<Record<string, unknown>>,
  base: URL,
  maxBytes: number,
): ApiRequest {
  let filled = path
  const query = new URLSearchParams()
  const headers: Record<string, string> = { accept: 'application/json, */*;q=0.5' }
  for (const parameter of parameters) {
    const value = args[parameter.member]
    if (value === undefined) continue
    if (parameter.in === 'path') {
      filled = filled.replaceAll(`{${parameter.name}}`, () => segment(parameter, value))
    } else if (parameter.in === 'query') {
      for (const [name, text] of queryOf(parameter, value)) query.append(name, text)
    } else headers[parameter.name] = headerValue(parameter, value)
  }
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/${filled.replace(/^\/+/, '')}`
  url.search = query.toString()
  url.hash = ''
  const content = body && bodyOf(body, args[body.member], maxBytes)
  if (content !== undefined && body) headers['content-type'] = body.contentType
  return {
    url,
    init: {
      method: method.toUpperCase(),
      headers,
      ...(content === undefined ? {} : { body: content }),
    },
  }
}

/** One segment stays one: it is encoded, and what a server that decodes twice would climb with is refused. */
function segment({ name, json }: Parameter, value: unknown): string {
  const texts = (json ? [JSON.stringify(value)] : [value].flat()).map((each) => scalar(name, each))
  for (const text of texts) {
    if (text === '' || climbs(text) || hasControls(text)) {
      throw new Error(`${name} is no name of anything: it is empty, or would lead to another path.`)
    }
  }
  return texts.map(encodeURIComponent).join(',')
}

/** Looked at as it is, and as a server that decodes once or twice more would see it. */
function climbs(text: string, rounds = 3): boolean {
  if (text.split(/[/\\]/).some((part) => part === '.' || part === '..')) return true
  const decoded = decode(text)
  return rounds > 0 && decoded !== text && climbs(decoded, rounds - 1)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** OpenAPI 3.1 §4.8.12.6: how arrays and objects are written in a query. */
function queryOf(parameter: Parameter, value: unknown): (readonly [string, string])[] {
  const { name, style, explode, json } = parameter
  if (json) return [[name, JSON.stringify(value)]]
  if (Array.isArray(value)) {
    const items = value.map((item) => scalar(name, item))
    if (explode) return items.map((item) => [name, item])
    return [[name, items.join(SEPARATORS[style] ?? ',')]]
  }
  if (typeof value !== 'object' || value === null) return [[name, scalar(name, value)]]
  const members = Object.entries(value).map(([key, held]) => [key, scalar(name, held)] as const)
  if (style === 'deepObject') return members.map(([key, held]) => [`${name}[${key}]`, held])
  return explode ? members : [[name, members.flat().join(',')]]
}

const SEPARATORS: Readonly<Record<string, string>> = { spaceDelimited: ' ', pipeDelimited: '|' }

function headerValue({ name, json }: Parameter, value: unknown): string {
  const text = json
    ? JSON.stringify(value)
    : [value]
        .flat()
        .map((each) => scalar(name, each))
        .join(',')
  if (hasControls(text)) throw new Error(`${name} holds characters a header cannot carry.`)
  return text
}

function scalar(name: string, value: unknown): string {
  if (typeof value === 'object' && value !== null) throw new Error(`${name} is no single value.`)
  return String(value)
}

const hasControls = (text: string) => /[\p{Cc}]/u.test(text)

function bodyOf({ contentType }: Body, value: unknown, maxBytes: number): string | undefined {
  if (value === undefined) return undefined
  const text = /urlencoded/i.test(contentType)
    ? new URLSearchParams(
        Object.entries(Object(value)).map(([name, held]) => [name, scalar(name, held)]),
      ).toString()
    : JSON.stringify(value)
  if (new TextEncoder().encode(text).length > maxBytes) {
    throw new Error(`The body is larger than ${maxBytes} bytes.`)
  }
  return text
}
