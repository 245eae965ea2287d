import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'

interface Message {
  readonly role: string
  readonly content: unknown
}

/** Called one after the other; what they say is all that the script knows. */
const PLAN = [
  { tool: 'fetch_document', args: { document_id: 'doc_9982' } },
  { tool: 'write_analysis_report', args: { content: 'Revenue grew; nothing to worry about.' } },
]

interface Tool {
  readonly function: {
    readonly name: string
    readonly parameters?: { readonly properties?: object }
  }
}

function nextMessage(messages: readonly Message[], tools: readonly Tool[]) {
  const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => said(content))
  // What waits for a person is called again; only what was answered counts.
  const answers = results.filter((text) => !/approval|approve/i.test(text))
  const next = PLAN[answers.length]
  const tool = tools.find((each) => next !== undefined && each.function.name.endsWith(next.tool))
  if (next === undefined || tool === undefined || results.length > 20)
    return { role: 'assistant', content: `Report saved: ${answers.join(' ')}` }
  const { name, parameters } = tool.function
  // A gateway keeps what goes into a body apart from what goes into an address.
  const args = 'body' in (parameters?.properties ?? {}) ? { body: next.args } : next.args
  const call = { name, arguments: JSON.stringify(args) }
  const id = `call_${randomUUID().slice(0, 8)}`
  return {
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: call }],
  }
}

const said = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : [content]
        .flat()
        .map((part) => Object(part).text ?? '')
        .join('')

/** Stands in for a model: OpenAI's chat completions on a free port, answered by a script. */
export async function startScriptedModel(): Promise<{ url: string; close(): void }> {
  const fetch = async (request: Request): Promise<Response> => {
    const { messages, model, tools = [], stream } = await request.json()
    const message = nextMessage(messages, tools)
    const finish_reason = message.content === null ? 'tool_calls' : 'stop'
    const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model }
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
    if (!stream) {
      const choices = [{ index: 0, message, finish_reason }]
      return Response.json({ ...head, object: 'chat.completion', choices, usage })
    }
    const delta = {
      ...message,
      tool_calls: message.tool_calls?.map((call, index) => ({ ...call, index })),
    }
    const choices = [{ index: 0, delta, finish_reason }]
    const chunk = { ...head, object: 'chat.completion.chunk', choices, usage }
    return new Response(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`, {
      headers: { 'content-type': 'text/event-stream' },
    })
  }
  const server = serve({ fetch, hostname: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/v1`, close: () => server.close() }
}
