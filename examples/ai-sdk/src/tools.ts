import { jitTool } from '@lumojit/ai-sdk'
import { z } from 'zod'

const acme = process.env.ACME_URL ?? 'https://api.acme-corp.com'

/** Whatever a model wrote stays one segment of the path. */
const documentAt = (id: string) => `${acme}/v1/documents/${encodeURIComponent(id)}`

export const fetchDocument = jitTool({
  description: 'Fetch a protected document.',
  inputSchema: z.object({ documentId: z.string() }),
  execute: async ({ documentId }, { jit }) => {
    const response = await jit.fetch(documentAt(documentId), {
      justification: `Fetching ${documentId} for the user's question`,
    })
    if (!response.ok) throw new Error(`The API answered ${response.status}.`)
    return (await response.json()) as { readonly title: string; readonly text: string }
  },
})

export const saveSummary = jitTool({
  description: 'Save a summary of a document.',
  inputSchema: z.object({ documentId: z.string(), summary: z.string() }),
  execute: async ({ documentId, summary }, { jit }) => {
    const response = await jit.fetch(`${documentAt(documentId)}/summaries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: summary }),
      justification: `Saving a summary of ${documentId}`,
    })
    if (!response.ok) throw new Error(`The API answered ${response.status}.`)
    return (await response.json()) as { readonly id: string }
  },
})

export const payInvoice = jitTool({
  description: 'Pay an invoice. A person has to approve it.',
  inputSchema: z.object({ invoice: z.string() }),
  execute: async ({ invoice }, { jit }) => {
    const response = await jit.fetch(`${acme}/v1/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ invoice }),
      justification: `Invoice ${invoice} is due today`,
    })
    if (!response.ok) throw new Error(`The API answered ${response.status}.`)
    return (await response.json()) as { readonly receipt: string; readonly amount: string }
  },
})
