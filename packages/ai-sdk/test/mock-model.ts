import type { ModelTurn, SaidTurn, ScriptedModel } from '@lumojit/conformance'
import type { Json } from '@lumojit/protocol'
import { MockLanguageModelV4 } from 'ai/test'

type CallOptions = MockLanguageModelV4['doGenerateCalls'][number]
type Generated = Awaited<ReturnType<MockLanguageModelV4['doGenerate']>>
export type Prompt = CallOptions['prompt']

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
}

/** The SDK's mock model, saying what `next` says, streamed or not. */
export function mockModel(next: (prompt: Prompt) => SaidTurn): MockLanguageModelV4 {
  return new MockLanguageModelV4({
    doGenerate: async ({ prompt }) => {
      const turn = next(prompt)
      return { content: contentOf(turn), finishReason: finishOf(turn), usage, warnings: [] }
    },
    doStream: async ({ prompt }) => {
      const turn = next(prompt)
      return {
        stream: new ReadableStream({
          start(controller) {
            controller.enqueue({ type: 'stream-start', warnings: [] })
            for (const part of contentOf(turn)) {
              if (part.type === 'tool-call') {
                const { toolCallId: id, toolName, input } = part
                controller.enqueue({ type: 'tool-input-start', id, toolName })
                controller.enqueue({ type: 'tool-input-delta', id, delta: input })
                controller.enqueue({ type: 'tool-input-end', id })
                controller.enqueue(part)
              }
              if (part.type !== 'text') continue
              controller.enqueue({ type: 'text-start', id: 't' })
              controller.enqueue({ type: 'text-delta', id: 't', delta: part.text })
              controller.enqueue({ type: 'text-end', id: 't' })
            }
            controller.enqueue({ type: 'finish', finishReason: finishOf(turn), usage })
            controller.close()
          },
        }),
      }
    },
  })
}

/** A plain script, which fails when it is over. */
export function script(...turns: readonly SaidTurn[]): MockLanguageModelV4 {
  const left = [...turns]
  return mockModel(() => {
    const turn = left.shift()
    if (!turn) throw new Error('The model was asked more often than its script goes.')
    return turn
  })
}

export function scripted(model: ScriptedModel): MockLanguageModelV4 {
  return mockModel((prompt) => model.next(JSON.parse(JSON.stringify(prompt)) as Json))
}

/** An outer model that delegates once and repeats what it is told. */
export function delegating(tool: string, args: ModelCallArgs): MockLanguageModelV4 {
  return mockModel((prompt) => {
    const last = prompt.at(-1)
    if (last?.role === 'tool') return { text: JSON.stringify(last.content) }
    return { calls: [{ id: 'outer', tool, args }] }
  })
}
type ModelCallArgs = Extract<ModelTurn, { calls: unknown }>['calls'][number]['args']

/** Tool results in a model's input. */
export function toldIn(prompt: Json): { callId: string; tool: string; told: Json }[] {
  return (prompt as unknown as Prompt).flatMap((message) =>
    message.role !== 'tool'
      ? []
      : message.content.flatMap((part) =>
          part.type === 'tool-result'
            ? [{ callId: part.toolCallId, tool: part.toolName, told: part.output as Json }]
            : [],
        ),
  )
}

function contentOf(turn: SaidTurn): Generated['content'] {
  if ('text' in turn) return [{ type: 'text', text: turn.text }]
  return turn.calls.map(({ id, tool, args }) => ({
    type: 'tool-call',
    toolCallId: id,
    toolName: tool,
    input: JSON.stringify(args),
  }))
}

function finishOf(turn: SaidTurn): Generated['finishReason'] {
  return { unified: 'text' in turn ? 'stop' : 'tool-calls', raw: undefined }
}
