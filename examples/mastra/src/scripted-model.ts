import { ReadableStream } from 'node:stream/web'
import type { MastraModelConfig } from '@mastra/core/llm'

type Model = Extract<MastraModelConfig, { readonly specificationVersion: 'v2' }>
type Options = Parameters<Model['doGenerate']>[0]
type Said = { readonly text: string } | { readonly tool: string; readonly input: object }
type Told = Readonly<Record<string, string>>

/** What it says comes from what the tools told it; it knows nothing else. */
export function scriptedModel(): MastraModelConfig {
  const model = {
    specificationVersion: 'v2',
    provider: 'scripted',
    modelId: 'scripted',
    supportedUrls: {},
    doGenerate: async (options: Options) => {
      const said = next(options)
      return { content: [contentOf(said)], finishReason: finishOf(said), usage, warnings: [] }
    },
    doStream: async (options: Options) => {
      const said = next(options)
      const content = contentOf(said)
      const parts =
        content.type === 'tool-call'
          ? [content]
          : [
              { type: 'text-start', id: 'text' },
              { type: 'text-delta', id: 'text', delta: content.text },
              { type: 'text-end', id: 'text' },
            ]
      const finish = { type: 'finish', finishReason: finishOf(said), usage }
      return {
        stream: ReadableStream.from([{ type: 'stream-start', warnings: [] }, ...parts, finish]),
      }
    },
  }
  return model as unknown as Model
}

function next({ prompt }: Options): Said {
  const told = new Map<string, Told>()
  for (const { role, content } of prompt) {
    if (role !== 'tool') continue
    for (const { toolName, output } of content) told.set(toolName, read(output.value))
  }
  const document = told.get('fetchDocument')
  if (!document) return { tool: 'fetchDocument', input: { documentId: 'doc_9982' } }
  if (document.code) return { text: `I may not read it (${document.code}).` }
  const paid = told.get('payInvoice')
  if (paid?.code) return { text: `I was not allowed to pay it (${paid.code}). ${paid.message}` }
  if (paid) return { text: `Paid ${paid.amount}, receipt ${paid.receipt}.` }
  const [invoice = 'none'] = /inv_\w+/.exec(document.text ?? '') ?? []
  return { tool: 'payInvoice', input: { invoice } }
}

/** A refusal is the text of an error, with JSON in it. */
function read(value: unknown): Told {
  if (typeof value !== 'string') return value as Told
  const from = value.indexOf('{')
  return from < 0 ? { code: 'ERROR', message: value } : (JSON.parse(value.slice(from)) as Told)
}

function contentOf(said: Said) {
  if ('text' in said) return { type: 'text' as const, text: said.text }
  const input = JSON.stringify(said.input)
  const toolCallId = `call_${crypto.randomUUID()}`
  return { type: 'tool-call' as const, toolCallId, toolName: said.tool, input }
}

const finishOf = (said: Said) => ('text' in said ? 'stop' : 'tool-calls')
const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 }
