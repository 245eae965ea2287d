import { createJit, lumoAuth } from '@lumojit/core'
import { createJitRunner } from '@lumojit/openai-agents'
import { Agent } from '@openai/agents'
import { modelRunner } from './model.ts'
import { fetchProtectedDocument, summarizeAndSave } from './tools.ts'

// 1. Where permissions come from, and the only places they go to
const jit = createJit({
  authority: lumoAuth(),
  resources: [
    {
      url: process.env.ACME_URL ?? 'https://api.acme-corp.com',
      audience: 'https://api.acme-corp.com',
    },
  ],
})

// 2. The agent, with tools that ask for what they lack
const analyst = new Agent({
  name: 'Document Analyst',
  instructions: 'You are a helpful analyst. Fetch documents and produce concise summaries.',
  tools: [fetchProtectedDocument, summarizeAndSave],
})

// 3. One run is one task: when it ends, everything it was granted is revoked
const runner = createJitRunner(jit, { runner: modelRunner() })
const result = await runner.run(
  analyst,
  'Fetch document doc_9982, summarize it in two sentences, and save the summary.',
  { task: { name: 'OpenAI Agents document task', onBehalfOf: 'alice@acme-corp.com' } },
)
console.log(result.finalOutput)
await jit[Symbol.asyncDispose]()
