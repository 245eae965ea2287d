import {
  BaseLlm,
  type BaseLlmConnection,
  type Event,
  type LlmRequest,
  type LlmResponse,
} from '@google/adk'

export type Said =
  | { readonly text: string }
  | {
      readonly calls: readonly {
        readonly id?: string
        readonly tool: string
        readonly args: object
      }[]
    }
type Contents = LlmRequest['contents']
type Part = NonNullable<NonNullable<Event['content']>['parts']>[number]

/** A model that answers at once, streamed or not. */
export class ScriptedLlm extends BaseLlm {
  readonly #answer: (contents: Contents) => Said

  constructor(answer: (contents: Contents) => Said) {
    super({ model: 'scripted' })
    this.#answer = answer
  }

  async *generateContentAsync(
    { contents }: LlmRequest,
    stream?: boolean,
  ): AsyncGenerator<LlmResponse, void> {
    const said = this.#answer(JSON.parse(JSON.stringify(contents)))
    if ('text' in said && stream) {
      for (const text of said.text.match(/.{1,4}/g) ?? []) {
        yield { content: { role: 'model', parts: [{ text }] }, partial: true }
      }
    }
    yield { content: { role: 'model', parts: partsOf(said) }, turnComplete: true }
  }

  async connect(): Promise<BaseLlmConnection> {
    throw new Error('Nobody talks to this model live.')
  }
}

function partsOf(said: Said): Part[] {
  if ('text' in said) return [{ text: said.text }]
  return said.calls.map(({ id, tool: name, args }) => ({
    functionCall: { name, args: { ...args }, ...(id === undefined ? {} : { id }) },
  }))
}

export type ToldResult = { readonly callId: string; readonly tool: string; readonly told: never }

/** Tool results in a model's input, as it reads them. */
export function resultsIn(contents: unknown): readonly ToldResult[] {
  return (contents as Contents).flatMap(({ parts = [] }) =>
    parts.flatMap(({ functionResponse }) =>
      functionResponse
        ? [
            {
              callId: functionResponse.id ?? '',
              tool: functionResponse.name ?? '',
              told: functionResponse.response as never,
            },
          ]
        : [],
    ),
  )
}
