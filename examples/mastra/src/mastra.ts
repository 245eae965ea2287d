import { Agent } from '@mastra/core/agent'
import { Mastra } from '@mastra/core/mastra'
import { LibSQLStore } from '@mastra/libsql'
import { model } from './model.ts'
import { jitProcessor } from './permissions.ts'
import { settle } from './settle-workflow.ts'
import { fetchDocument, payInvoice } from './tools.ts'

const lifecycle = jitProcessor()

export const clerk = new Agent({
  id: 'clerk',
  name: 'Clerk',
  instructions: 'You are a careful clerk. Fetch documents and pay the invoices they name.',
  model: model(),
  tools: { fetchDocument, payInvoice },
  // One run is one task: when it ends, everything it was granted is revoked.
  inputProcessors: [lifecycle],
  outputProcessors: [lifecycle],
})

/** A pause lives in this file, and nowhere else. */
const storage = new LibSQLStore({ id: 'main', url: process.env.MASTRA_DB ?? 'file:./mastra.db' })

export const mastra = new Mastra({
  agents: { clerk },
  workflows: { settle },
  storage,
  logger: false,
})
