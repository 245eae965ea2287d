import type { MastraModelConfig } from '@mastra/core/llm'

type LanguageModel = Extract<MastraModelConfig, { readonly specificationVersion: 'v2' }>
type Prompt = Parameters<LanguageModel['doGenerate']>[0]['prompt']

export type Said =
  | { readonly text: string }
  | {
      readonly calls: readonly {
        readonly id: string
        readonly tool: string
        readonly args: object
      }[]
    }

const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 }

/** A model that answers at once, streamed or not. */
export function saying(answer: (prompt: Prompt) => Said): MastraModelConfig {
  const turn = (prompt: Prompt) => {
    const said = answer(prompt)
    return 'text' in said
      ? {
          said,
          content: [{ type: 'text' as const, text: said.text }],
          finishReason: 'stop' as const,
        }
      : {
          said,
          content: said.calls.map(({ id, tool, args }) => ({
            type: 'tool-call' as const,
            toolCallId: id,
            toolName: tool,
            input: JSON.stringify(args),
          })),
          finishReason: 'tool-calls' as const,
        }
  }
  const model = {
    specificationVersion: 'v2',
    provider: 'scripted',
    modelId: 'scripted',
    supportedUrls: {},
    doGenerate: async ({ prompt }: { prompt: Prompt }) => {
      const { content, finishReason } = turn(prompt)
      return { content, finishReason, usage, warnings: [] }
    },
    doStream: async ({ prompt }: { prompt: Prompt }) => {
      const { said, content, finishReason } = turn(prompt)
      const parts =
        'text' in said
          ? [
              { type: 'text-start', id: 't' },
              { type: 'text-delta', id: 't', delta: said.text },
              { type: 'text-end', id: 't' },
            ]
          : content
      const chunks = [
        { type: 'stream-start', warnings: [] },
        {
          type: 'response-metadata',
          id: crypto.randomUUID(),
          modelId: 'scripted',
          timestamp: new Date(0),
        },
        ...parts,
        { type: 'finish', finishReason, usage },
      ]
      return {
        stream: new ReadableStream({
          start(controller) {
            for (const chunk of chunks) controller.enqueue(chunk)
            controller.close()
          },
        }),
      }
    },
  }
  return model as unknown as MastraModelConfig
}

export type ToldResult = { readonly callId: string; readonly tool: string; readonly told: never }

/** Tool results in a prompt, as the model reads them. */
export function resultsIn(prompt: unknown): readonly ToldResult[] {
  return (prompt as Prompt).flatMap((message) =>
    message.role === 'tool'
      ? message.content.map(({ toolCallId, toolName, output }) => ({
          callId: toolCallId,
          tool: toolName,
          told: output.value as never,
        }))
      : [],
  )
}
