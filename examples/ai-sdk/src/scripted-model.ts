import { simulateReadableStream } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'

type Options = MockLanguageModelV4['doGenerateCalls'][number]
type Said = { readonly text: string } | { readonly tool: string; readonly input: object }
type Told = Readonly<Record<string, string>>

/** The SDK's mock model. What it says comes from what the tools told it; it knows nothing else. */
export function scriptedModel(): MockLanguageModelV4 {
  return new MockLanguageModelV4({
    doGenerate: async (options) => {
      const said = next(options)
      return { content: [contentOf(said)], finishReason: finishOf(said), usage, warnings: [] }
    },
    doStream: async (options) => {
      const said = next(options)
      const content = contentOf(said)
      const parts =
        content.type === 'tool-call'
          ? [content]
          : [
              { type: 'text-start' as const, id: 'text' },
              ...content.text.split(/(?<= )/).map((delta) => {
                return { type: 'text-delta' as const, id: 'text', delta }
              }),
              { type: 'text-end' as const, id: 'text' },
            ]
      const finish = { type: 'finish' as const, finishReason: finishOf(said), usage }
      return {
        stream: simulateReadableStream({
          chunks: [{ type: 'stream-start' as const, warnings: [] }, ...parts, finish],
        }),
      }
    },
  })
}

function next({ prompt, tools = [] }: Options): Said {
  const asked = prompt.findLastIndex(({ role }) => role === 'user')
  const told = new Map<string, Told>()
  for (const message of prompt.slice(asked)) {
    if (message.role !== 'tool') continue
    for (const part of message.content) {
      if (part.type !== 'tool-result') continue
      const forgotten = { code: 'forgotten' }
      told.set(part.toolName, 'value' in part.output ? (part.output.value as Told) : forgotten)
    }
  }
  const document = told.get('fetchDocument')
  if (!document) return { tool: 'fetchDocument', input: { documentId: 'doc_9982' } }
  const { title = '', text = '', code: unread } = document
  if (unread) return { text: `I may not read it (${unread}).` }
  if (tools.some(({ name }) => name === 'payInvoice')) {
    const paid = told.get('payInvoice')
    if (paid) return { text: outcomeOf(paid) }
    const [invoice = 'none'] = /inv_\w+/.exec(text) ?? []
    return { tool: 'payInvoice', input: { invoice } }
  }
  const summary = `${title}. ${text.split('. ').slice(0, 1).join('. ')}.`
  const saved = told.get('saveSummary')
  if (saved) return { text: `Saved as ${saved.id}: ${summary}` }
  return { tool: 'saveSummary', input: { documentId: 'doc_9982', summary } }
}

function outcomeOf({ receipt, amount, code, message }: Told): string {
  if (code) return `I was not allowed to pay it (${code}). ${message ?? ''}`.trim()
  return `Paid ${amount}, receipt ${receipt}.`
}

let calls = 0
function contentOf(said: Said) {
  if ('text' in said) return { type: 'text' as const, text: said.text }
  const toolCallId = `call_${Date.now()}_${++calls}`
  const input = JSON.stringify(said.input)
  return { type: 'tool-call' as const, toolCallId, toolName: said.tool, input }
}

function finishOf(said: Said) {
  return { unified: 'text' in said ? ('stop' as const) : ('tool-calls' as const), raw: undefined }
}

const usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
}
