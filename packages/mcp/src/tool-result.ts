import type { CallToolResult } from '@modelcontextprotocol/server'
import { failed } from './tell-outcome.ts'

/** What a tool gave, as MCP has it. A `Response` is read here, so that what it says is scrubbed like everything else. */
export async function toolResult(
  value: unknown,
  { structured, maxBytes }: { readonly structured: boolean; readonly maxBytes: number },
): Promise<CallToolResult> {
  if (value instanceof Response) return ofResponse(value, maxBytes)
  if (isResult(value)) {
    return JSON.stringify(value).length > maxBytes ? tooLarge(maxBytes) : value
  }
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'Done.')
  if (new TextEncoder().encode(text).length > maxBytes) return tooLarge(maxBytes)
  return {
    content: [{ type: 'text', text }],
    ...(structured ? { structuredContent: value as Record<string, unknown> } : {}),
  }
}

function isResult(value: unknown): value is CallToolResult {
  return Array.isArray((Object(value) as { content?: unknown }).content)
}

async function ofResponse(response: Response, maxBytes: number): Promise<CallToolResult> {
  const { status, statusText, ok, headers } = response
  const head = `HTTP ${status}${statusText && ` ${statusText}`}`
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (response.body && type !== '' && !isText(type)) {
    await response.body.cancel()
    return failed(`${head}: the answer is ${type}, which is no text.`)
  }
  const text = await textOf(response, maxBytes)
  if (text === undefined) return tooLarge(maxBytes)
  if (!ok) return failed(text === '' ? head : `${head}\n${text}`)
  return { content: [{ type: 'text', text: text === '' ? head : text }] }
}

const isText = (type: string) =>
  /^text\/|[/+](?:json|xml|yaml)$|^application\/(?:x-ndjson|javascript)$/.test(type)

/** Undefined when there is more of it. */
async function textOf(response: Response, maxBytes: number): Promise<string | undefined> {
  const declared = Number(response.headers.get('content-length') ?? 0)
  const parts: Uint8Array<ArrayBuffer>[] = []
  let size = declared > maxBytes ? declared : 0
  if (size > maxBytes) await response.body?.cancel()
  else
    for await (const part of response.body ?? []) {
      size += part.length
      // Leaving the loop cancels what has not been read.
      if (size > maxBytes) break
      parts.push(part)
    }
  return size > maxBytes ? undefined : new Blob(parts).text()
}

function tooLarge(maxBytes: number): CallToolResult {
  return failed(`The answer is larger than ${maxBytes} bytes. Ask for less of it.`)
}
