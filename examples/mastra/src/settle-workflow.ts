import { z } from 'zod'
import { acme, jitStep, jitWorkflow } from './permissions.ts'

const due = z.object({ documentId: z.string(), invoice: z.string() })

const pay = jitStep({
  id: 'pay',
  inputSchema: due,
  outputSchema: z.object({ receipt: z.string() }),
  execute: async ({ inputData, jit }) => {
    const { invoice } = inputData
    const response = await jit.fetch(`${acme}/v1/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ invoice }),
      justification: `Invoice ${invoice} is due today`,
    })
    if (!response.ok) throw new Error(`The API answered ${response.status}.`)
    return (await response.json()) as { receipt: string }
  },
})

const note = jitStep({
  id: 'note',
  inputSchema: due,
  outputSchema: z.object({ id: z.string() }),
  execute: async ({ inputData, jit }) => {
    const document = encodeURIComponent(inputData.documentId)
    const response = await jit.fetch(`${acme}/v1/documents/${document}/summaries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: `${inputData.invoice} goes out today` }),
      justification: 'The books should say so',
    })
    if (!response.ok) throw new Error(`The API answered ${response.status}.`)
    return (await response.json()) as { id: string }
  },
})

/** The note is written at once, the payment waits for a person; neither is done twice. */
export const settle = jitWorkflow({
  id: 'settle',
  inputSchema: due,
  outputSchema: z.object({
    pay: z.object({ receipt: z.string() }),
    note: z.object({ id: z.string() }),
  }),
})
  .parallel([pay, note])
  .commit()
