import { z } from 'zod'
import { ACME, jitTool } from './permissions.ts'

/** What a model writes goes into a path as one segment, whatever it wrote. */
const documentUrl = (id: string) => `${ACME}/v1/documents/${encodeURIComponent(id)}`

const posting = (body: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const read = async (response: Response): Promise<unknown> =>
  response.ok ? response.json() : { error: `HTTP ${response.status}` }

export const fetchDocument = jitTool({
  name: 'fetch_document',
  description: 'Fetch a sensitive document from the protected API.',
  parameters: z.object({ document_id: z.string() }),
  execute: async ({ document_id }, { jit }) => {
    const justification = `Fetching document ${document_id} for user query`
    return read(await jit.fetch(documentUrl(document_id), { justification }))
  },
})

export const createReport = jitTool({
  name: 'create_report',
  description: 'Create a report via the protected API.',
  parameters: z.object({ title: z.string(), content: z.string() }),
  execute: async ({ title, content }, { jit }) => {
    const init = { ...posting({ title, content }), justification: `Creating the report ${title}` }
    return read(await jit.fetch(`${ACME}/v1/reports`, init))
  },
})

export const payInvoice = jitTool({
  name: 'pay_invoice',
  description: 'Pay an invoice. A person has to approve it.',
  parameters: z.object({ invoice: z.string() }),
  execute: async ({ invoice }, { jit }) => {
    const init = { ...posting({ invoice }), justification: `Invoice ${invoice} is due` }
    return read(await jit.fetch(`${ACME}/v1/payments`, init))
  },
})
