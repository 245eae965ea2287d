import { readFile, writeFile } from 'node:fs/promises'
import { createJit, lumoAuth } from '@lumojit/core'
import { createJitRunner } from '@lumojit/openai-agents'
import { Agent } from '@openai/agents'
import { modelRunner } from './model.ts'
import { fetchProtectedDocument, payInvoice } from './tools.ts'

/** `start FILE` runs until a person must decide, and saves the run; `resume FILE` goes on from there. */
const [, , act, file = 'paused-run.json'] = process.argv
const jit = createJit({
  authority: lumoAuth(),
  resources: [
    {
      url: process.env.ACME_URL ?? 'https://api.acme-corp.com',
      audience: 'https://api.acme-corp.com',
    },
  ],
})
const clerk = new Agent({
  name: 'Invoice Clerk',
  instructions: 'You settle the invoices that documents name.',
  tools: [fetchProtectedDocument, payInvoice],
})
const runner = createJitRunner(jit, { runner: modelRunner(), pending: 'suspend' })
const task = { name: 'Settle the invoice of doc_9982', onBehalfOf: 'alice@acme-corp.com' }

const result =
  act === 'resume'
    ? await runner.resume(clerk, await readFile(file, 'utf8'), { task })
    : await runner.run(clerk, 'Fetch doc_9982 and pay the invoice it names.', { task })

const waiting = runner.pending(result)
if (waiting.length > 0) {
  await writeFile(file, result.state.toString())
  for (const { toolName, requests } of waiting) {
    for (const { requestId } of requests) console.log(`paused: ${toolName} waits for ${requestId}`)
  }
} else {
  console.log(result.finalOutput)
}
await jit[Symbol.asyncDispose]()
