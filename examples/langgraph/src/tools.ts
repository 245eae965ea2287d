import { jitTool } from '@lumojit/langgraph'
import { z } from 'zod'

const ACME = process.env.ACME_URL ?? 'https://api.acme-corp.com'

/** What a model writes goes into a path as one segment, whatever it wrote. */
const documentUrl = (id: string) => `${ACME}/v1/documents/${encodeURIComponent(id)}`

export const fetchProtectedDocument = jitTool(
  async ({ document_id }, { jit }) => {
    const response = await jit.fetch(documentUrl(document_id), {
      justification: `Fetching document ${document_id} for user query`,
    })
    return response.ok ? response.text() : `Error: HTTP ${response.status}`
  },
  {
    name: 'fetch_protected_document',
    description: 'Fetch a sensitive document from the protected API.',
    schema: z.object({ document_id: z.string() }),
  },
)

export const payInvoice = jitTool(
  async ({ invoice }, { jit }) => {
    const response = await jit.fetch(`${ACME}/v1/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ invoice }),
      justification: `Invoice ${invoice} is due`,
    })
    return response.ok ? response.text() : `Error: HTTP ${response.status}`
  },
  {
    name: 'pay_invoice',
    description: 'Pay an invoice. A person has to approve it.',
    schema: z.object({ invoice: z.string() }),
  },
)
