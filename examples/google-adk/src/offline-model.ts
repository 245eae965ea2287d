import { BaseLlm, type BaseLlmConnection, type LlmRequest, type LlmResponse } from '@google/adk'

type Part = NonNullable<LlmRequest['contents'][number]['parts']>[number]
type Result = Readonly<Record<string, string>>

/** Stands in for a model. It reads what its tools gave it, and knows nothing else of the document. */
export class OfflineModel extends BaseLlm {
  async *generateContentAsync(request: LlmRequest): AsyncGenerator<LlmResponse, void> {
    yield { content: { role: 'model', parts: [next(request)] }, turnComplete: true }
  }

  async connect(): Promise<BaseLlmConnection> {
    throw new Error('The offline model is not for live runs.')
  }
}

function next(request: LlmRequest): Part {
  const document = resultOf(request, 'fetch_document')
  if (!document) return calling('fetch_document', { document_id: 'doc_9982' })
  const { title = '', text = '' } = document
  if ('pay_invoice' in request.toolsDict) {
    const receipt = resultOf(request, 'pay_invoice')
    if (receipt) return { text: paid(receipt) }
    const [invoice = 'none'] = text.match(/inv_\w+/) ?? []
    return calling('pay_invoice', { invoice })
  }
  const content = `${title}: ${text.split('. ')[0]}.`
  const report = resultOf(request, 'create_report')
  if (!report) return calling('create_report', { title: 'Q4 Analysis', content })
  return { text: `${content} Report "${report.title}" is ${report.id}.` }
}

function paid({ id, invoice, amount, code, message }: Result): string {
  return code === undefined
    ? `Paid ${invoice}: ${amount}, receipt ${id}.`
    : `I was not allowed to pay (${code}). ${message ?? ''}`.trim()
}

const calling = (name: string, args: Record<string, string>): Part => ({
  functionCall: { name, args },
})

function resultOf({ contents }: LlmRequest, tool: string): Result | undefined {
  const parts = contents.flatMap(({ parts = [] }) => parts)
  const found = parts.find(({ functionResponse }) => functionResponse?.name === tool)
  return found?.functionResponse?.response as Result | undefined
}
