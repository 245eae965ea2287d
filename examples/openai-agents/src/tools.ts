import { jitTool } from '@lumojit/openai-agents'
import { z } from 'zod'

const ACME = process.env.ACME_URL ?? 'https://api.acme-corp.com'

/** What a model writes goes into a path as one segment, whatever it wrote. */
const documentUrl = (id: string) => `${ACME}/v1/documents/${encodeURIComponent(id)}`

export const fetchProtectedDocument = jitTool({
  name: 'fetch_protected_document',
  description: 'Fetch a sensitive document from the protected API.',
  parameters: z.object({ document_id: z.string() }),
  execute: async ({ document_id }, _context, { jit }) => {
    const response = await jit.fetch(documentUrl(document_id), {
      justification: `Fetching document ${document_id} for user query`,
    })
    return response.ok ? response.text() : `Error: HTTP ${response.status}`
  },
})

export const summarizeAndSave = jitTool({
  name: 'summarize_and_save',
  description: 'Save a summary for a document.',
  parameters: z.object({ document_id: z.string(), summary: z.string() }),
  execute: async ({ document_id, summary }, _context, { jit }) => {
    const response = await jit.fetch(`${documentUrl(document_id)}/summaries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: summary }),
      justification: `Saving summary for document ${document_id}`,
    })
    return response.ok ? response.text() : `Error: HTTP ${response.status}`
  },
})

export const payInvoice = jitTool({
  name: 'pay_invoice',
  description: 'Pay an invoice. A person has to approve it.',
  parameters: z.object({ invoice: z.string() }),
  execute: async ({ invoice }, _context, { jit }) => {
    const response = await jit.fetch(`${ACME}/v1/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ invoice }),
      justification: `Invoice ${invoice} is due`,
    })
    return response.ok ? response.text() : `Error: HTTP ${response.status}`
  },
})
