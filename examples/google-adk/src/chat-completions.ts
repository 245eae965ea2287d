import { BaseLlm, type BaseLlmConnection, type LlmRequest, type LlmResponse } from '@google/adk'

type Part = NonNullable<LlmRequest['contents'][number]['parts']>[number]
interface Answer {
  readonly choices: readonly {
    readonly message: {
      readonly content?: string | null
      readonly tool_calls?: readonly {
        readonly id: string
        readonly function: { readonly name: string; readonly arguments: string }
      }[]
    }
  }[]
}

/** A server that speaks OpenAI's chat completions: ADK for TypeScript brings Gemini only. */
export class ChatCompletions extends BaseLlm {
  readonly #url: string
  readonly #apiKey: string

  constructor(model: string, baseUrl: string, apiKey: string) {
    super({ model })
    this.#url = `${baseUrl.replace(/\/$/, '')}/chat/completions`
    this.#apiKey = apiKey
  }

  async *generateContentAsync(
    request: LlmRequest,
    _stream?: boolean,
    signal?: AbortSignal,
  ): AsyncGenerator<LlmResponse, void> {
    const { config, contents, toolsDict } = request
    const tools = Object.values(toolsDict).flatMap((tool) => tool._getDeclaration() ?? [])
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: this.model,
        messages: [
          { role: 'system', content: String(config?.systemInstruction ?? '') },
          ...contents.flatMap(({ parts = [], role }) => messagesOf(parts, role)),
        ],
        tools: tools.map(({ name, description, parameters }) => ({
          type: 'function',
          function: { name, description, parameters: lowerCase(parameters) },
        })),
      }),
      ...(signal ? { signal } : {}),
    })
    if (!response.ok) throw new Error(`The model's server answered ${response.status}.`)
    const { choices } = (await response.json()) as Answer
    const { content, tool_calls = [] } = choices[0]?.message ?? {}
    const calls = tool_calls.map(({ id, function: { name, arguments: args } }) => ({
      functionCall: { id, name, args: JSON.parse(args) },
    }))
    const parts: Part[] = [...(content ? [{ text: content }] : []), ...calls]
    yield { content: { role: 'model', parts }, turnComplete: true }
  }

  async connect(): Promise<BaseLlmConnection> {
    throw new Error('This model is not for live runs.')
  }
}

function messagesOf(parts: readonly Part[], role = 'user'): readonly object[] {
  const calls = parts.flatMap(({ functionCall: call }) =>
    call
      ? {
          id: call.id,
          type: 'function',
          function: { name: call.name, arguments: JSON.stringify(call.args ?? {}) },
        }
      : [],
  )
  const results = parts.flatMap(({ functionResponse: result }) =>
    result
      ? { role: 'tool', tool_call_id: result.id, content: JSON.stringify(result.response) }
      : [],
  )
  const content = parts.flatMap(({ text }) => text ?? []).join('')
  const said = role === 'model' ? 'assistant' : 'user'
  if (calls.length > 0) return [{ role: said, content: content || null, tool_calls: calls }]
  return [...results, ...(content ? [{ role: said, content }] : [])]
}

/** Gemini's schemas write their types in capitals. */
function lowerCase(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema ?? {}), (key, value) =>
    key === 'type' && typeof value === 'string' ? value.toLowerCase() : value,
  )
}
