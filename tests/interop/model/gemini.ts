import type { Conversation, Turn } from './script.ts'

interface Part {
  readonly functionResponse?: { readonly name: string; readonly response: unknown }
}

interface GeminiRequest {
  readonly contents: readonly { readonly parts?: readonly Part[] }[]
  readonly tools?: readonly {
    readonly functionDeclarations?: readonly { readonly name: string }[]
  }[]
}

/** Gemini's `POST /v1beta/models/{model}:generateContent`. */
export function readGemini({ contents, tools = [] }: GeminiRequest): Conversation {
  return {
    tools: tools.flatMap(({ functionDeclarations = [] }) =>
      functionDeclarations.map(({ name }) => name),
    ),
    results: contents
      .flatMap(({ parts = [] }) => parts)
      .flatMap(({ functionResponse: result }) =>
        result ? [{ tool: result.name, text: JSON.stringify(result.response) }] : [],
      ),
  }
}

export function writeGemini(turn: Turn): Response {
  const parts =
    'say' in turn
      ? [{ text: turn.say }]
      : turn.calls.map(({ tool, args }) => ({ functionCall: { name: tool, args } }))
  const candidates = [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }]
  return Response.json({ candidates, usageMetadata: { totalTokenCount: 2 } })
}
