import { randomUUID } from 'node:crypto'
import type { Conversation, Turn } from './script.ts'

interface Message {
  readonly role: string
  readonly content?: string | null | readonly { readonly text?: string }[]
  readonly tool_call_id?: string
  readonly tool_calls?: readonly {
    readonly id: string
    readonly function: { readonly name: string }
  }[]
}

interface ChatRequest {
  readonly model: string
  readonly messages: readonly Message[]
  readonly tools?: readonly { readonly function: { readonly name: string } }[]
  readonly stream?: boolean
}

const textOf = ({ content }: Message) =>
  typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('')

/** OpenAI's chat completions: `POST /v1/chat/completions`. */
export function readChat({ messages, tools = [] }: ChatRequest): Conversation {
  const names = new Map(
    messages.flatMap(({ tool_calls: calls = [] }) =>
      (calls ?? []).map((call) => [call.id, call.function.name] as const),
    ),
  )
  return {
    tools: tools.map((tool) => tool.function.name),
    results: messages
      .filter(({ role }) => role === 'tool')
      .map((message) => ({
        tool: names.get(message.tool_call_id ?? '') ?? '',
        text: textOf(message),
      })),
  }
}

export function writeChat(turn: Turn, { model, stream }: ChatRequest): Response {
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model }
  const finish = 'say' in turn ? 'stop' : 'tool_calls'
  const message = {
    role: 'assistant',
    content: 'say' in turn ? turn.say : null,
    ...('calls' in turn && {
      tool_calls: turn.calls.map(({ tool, args }, index) => ({
        ...(stream && { index }),
        id: `call_${randomUUID().slice(0, 8)}`,
        type: 'function',
        function: { name: tool, arguments: JSON.stringify(args) },
      })),
    }),
  }
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
  if (!stream) {
    const choices = [{ index: 0, message, finish_reason: finish, logprobs: null }]
    return Response.json({ ...head, object: 'chat.completion', choices, usage })
  }
  const chunk = (delta: object, finish_reason: string | null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason }],
  })
  const events = [chunk(message, null), { ...chunk({}, finish), usage }]
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  return new Response(`${text}data: [DONE]\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  })
}
