import type { AgentInputItem, Model, ModelRequest } from '@openai/agents'
import {
  assistantMessage,
  functionCall,
  modelResponder,
  ScriptedModel,
} from '@openai/agents/testing'

/** The SDK's scripted model. It reads what its tools gave it, and knows nothing else of the document. */
export function offlineModel(): Model {
  return new ScriptedModel(
    Array.from({ length: 10 }, () => modelResponder(({ request }) => next(request))),
  )
}

function next({ input, tools }: Readonly<ModelRequest>) {
  const items = typeof input === 'string' ? [] : input
  const document = resultOf(items, 'fetch_protected_document')
  if (document === undefined) {
    return [
      functionCall('fetch_protected_document', { document_id: 'doc_9982' }, { callId: 'call_1' }),
    ]
  }
  const { title = '', text = '' } = json(document)
  const pays = tools.some((tool) => tool.type === 'function' && tool.name === 'pay_invoice')
  if (pays) {
    const receipt = resultOf(items, 'pay_invoice')
    if (receipt !== undefined) return [assistantMessage(paid(json(receipt)))]
    const [invoice = 'none'] = text.match(/inv_\w+/) ?? []
    return [functionCall('pay_invoice', { invoice }, { callId: 'call_2' })]
  }
  const saved = resultOf(items, 'summarize_and_save')
  const summary = `${title}. ${text.split('. ')[0]}.`
  if (saved !== undefined) return [assistantMessage(`Saved as ${json(saved).id}: ${summary}`)]
  const call = { document_id: 'doc_9982', summary }
  return [functionCall('summarize_and_save', call, { callId: 'call_2' })]
}

function paid({ id, invoice, amount, code, message }: Record<string, string>): string {
  return code === undefined
    ? `Paid ${invoice}: ${amount}, receipt ${id}.`
    : `I was not allowed to pay (${code}). ${message ?? ''}`.trim()
}

function resultOf(items: readonly AgentInputItem[], tool: string): string | undefined {
  const item = items.find((each) => each.type === 'function_call_result' && each.name === tool)
  if (item?.type !== 'function_call_result') return undefined
  const { output } = item
  return typeof output === 'object' && 'text' in output ? output.text : String(output)
}

function json(text: string): Record<string, string> {
  try {
    return JSON.parse(text)
  } catch {
    return { text }
  }
}
