import { ai, jit } from './engine.ts'
import { model } from './model.ts'
import { fetchDocument, saveSummary } from './tools.ts'

const task = { name: 'AI SDK document task', onBehalfOf: 'alice@acme-corp.com' }

const analyst = ai.forTask(task).agent({
  model: model(),
  instructions: 'You are a helpful analyst. Fetch documents and produce concise summaries.',
  tools: { fetchDocument, saveSummary },
})

// One call is one task: when it ends, everything it was granted is revoked.
const { text } = await analyst.generate({
  prompt: 'Fetch document doc_9982, summarize it in two sentences, and save the summary.',
})
console.log(text)
await jit[Symbol.asyncDispose]()
