import { BaseChatModel, type BindToolsInput } from '@langchain/core/language_models/chat_models'
import { AIMessage, type BaseMessage, type ToolMessage } from '@langchain/core/messages'
import type { ChatResult } from '@langchain/core/outputs'
import type { Runnable } from '@langchain/core/runnables'

/** Stands in for a model. It reads what its tools gave it, and knows nothing else of the document. */
export class OfflineModel extends BaseChatModel {
  #tools: readonly string[] = []

  _llmType(): string {
    return 'offline'
  }

  override bindTools(tools: readonly BindToolsInput[]): Runnable {
    this.#tools = tools.map((each) => String('name' in each && each.name))
    return this
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const message = next(messages, this.#tools.includes('pay_invoice'))
    return { generations: [{ text: message.text, message }] }
  }
}

function next(messages: readonly BaseMessage[], pays: boolean): AIMessage {
  const document = resultOf(messages, 'fetch_protected_document')
  if (document === undefined)
    return calling('fetch_protected_document', { document_id: 'doc_9982' })
  const { title = '', text = '' } = json(document)
  if (!pays) return saying(`${title}: ${text.split('. ')[0]}.`)
  const receipt = resultOf(messages, 'pay_invoice')
  if (receipt !== undefined) return saying(paid(json(receipt)))
  const [invoice = 'none'] = text.match(/inv_\w+/) ?? []
  return calling('pay_invoice', { invoice })
}

function paid({ id, invoice, amount, code, message }: Record<string, string>): string {
  return code === undefined
    ? `Paid ${invoice}: ${amount}, receipt ${id}.`
    : `I was not allowed to pay (${code}). ${message ?? ''}`.trim()
}

// Messages replace each other by id, so an answer of another process needs one of its own.
const id = () => crypto.randomUUID()
const saying = (content: string) => new AIMessage({ id: id(), content })
const calling = (name: string, args: Record<string, string>) =>
  new AIMessage({
    id: id(),
    content: '',
    tool_calls: [{ type: 'tool_call', id: id(), name, args }],
  })

function resultOf(messages: readonly BaseMessage[], tool: string): string | undefined {
  return messages.find((each) => each.getType() === 'tool' && (each as ToolMessage).name === tool)
    ?.text
}

function json(text: string): Record<string, string> {
  try {
    return JSON.parse(text)
  } catch {
    return { text }
  }
}
