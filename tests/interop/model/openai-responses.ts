import { randomUUID } from 'node:crypto'
import type { Conversation, Turn } from './script.ts'

interface Item {
  readonly type?: string
  readonly call_id?: string
  readonly name?: string
  readonly output?: string | readonly { readonly text?: string }[]
}

interface ResponsesRequest {
  readonly model: string
  readonly input: string | readonly Item[]
  readonly tools?: readonly { readonly name?: string }[]
  readonly stream?: boolean
}

const textOf = (output: Item['output'] = '') =>
  typeof output === 'string' ? output : output.map(({ text = '' }) => text).join('')

/** OpenAI's responses: `POST /v1/responses`. */
export function readResponses({ input, tools = [] }: ResponsesRequest): Conversation {
  const items = typeof input === 'string' ? [] : input
  const names = new Map(
    items.flatMap(({ type, call_id, name }) =>
      type === 'function_call' && call_id ? [[call_id, name ?? ''] as const] : [],
    ),
  )
  return {
    tools: tools.flatMap(({ name }) => (name ? [name] : [])),
    results: items
      .filter(({ type }) => type === 'function_call_output')
      .map(({ call_id = '', output }) => ({
        tool: names.get(call_id) ?? '',
        text: textOf(output),
      })),
  }
}

export function writeResponses(turn: Turn, { model, stream }: ResponsesRequest): Response {
  if (stream)
    return Response.json({ error: 'This script does not stream responses.' }, { status: 400 })
  const output =
    'say' in turn
      ? [
          {
            type: 'message',
            id: `msg_${randomUUID()}`,
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: turn.say, annotations: [] }],
          },
        ]
      : turn.calls.map(({ tool, args }) => ({
          type: 'function_call',
          id: `fc_${randomUUID()}`,
          call_id: `call_${randomUUID().slice(0, 8)}`,
          name: tool,
          arguments: JSON.stringify(args),
          status: 'completed',
        }))
  return Response.json({
    id: `resp_${randomUUID()}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    model,
    status: 'completed',
    output,
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    usage: {
      input_tokens: 1,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 1,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 2,
    },
  })
}
