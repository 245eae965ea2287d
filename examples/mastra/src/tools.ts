import { z } from 'zod'
import { acme, jitTool } from './permissions.ts'

export const fetchDocument = jitTool({
  id: 'fetch-document',
  description: 'Fetch a protected document.',
  inputSchema: z.object({ documentId: z.string() }),
  execute: async ({ documentId }, { jit }) => {
    // Whatever a model wrote stays one segment of the path.
    const response = await jit.fetch(`${acme}/v1/documents/${encodeURIComponent(documentId)}`, {
      justification: `Fetching ${documentId} for the user's question`,
    })
    if (!response.ok) throw new Error(`The API answered ${response.status}.`)
    return (await response.json()) as { readonly title: string; readonly text: string }
  },
})

export const payInvoice = jitTool({
  id: 'pay-invoice',
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
