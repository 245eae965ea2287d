import { createJit, lumoAuth } from '@lumojit/core'
import { createJitAgentGraph, pendingPermissions, runWithJit, wake } from '@lumojit/langgraph'
import { openCheckpoints } from './checkpoints.ts'
import { chatModel } from './model.ts'
import { fetchProtectedDocument, payInvoice } from './tools.ts'

/**
 * `start THREAD FILE` runs until a person must decide, and then just stays; `wake THREAD FILE` goes on from
 * the checkpoints of that thread.
 */
const [, , act, threadId = 'settle doc_9982', file = 'checkpoints.json'] = process.argv
const jit = createJit({
  authority: lumoAuth(),
  resources: [
    {
      url: process.env.ACME_URL ?? 'https://api.acme-corp.com',
      audience: 'https://api.acme-corp.com',
    },
  ],
})
const { checkpointer, close } = await openCheckpoints(file)
const clerk = createJitAgentGraph({
  model: chatModel(),
  tools: [fetchProtectedDocument, payInvoice],
  systemPrompt: 'You settle the invoices that documents name.',
  checkpointer,
})
const thread = { configurable: { thread_id: threadId } }
const options = {
  jit,
  task: { name: 'Settle the invoice of doc_9982', onBehalfOf: 'alice@acme-corp.com' },
}

const result =
  act === 'wake'
    ? await wake(clerk, thread, options)
    : await runWithJit(
        clerk,
        { messages: [{ role: 'user', content: 'Fetch doc_9982 and pay the invoice it names.' }] },
        thread,
        options,
      )

const waiting = await pendingPermissions(clerk, thread)
for (const { toolName, requests } of waiting) {
  for (const { requestId } of requests) console.log(`paused: ${toolName} waits for ${requestId}`)
}
if (waiting.length > 0) {
  // Nothing more to do here. A real server goes on with other threads; this one waits to be killed.
  setInterval(() => {}, 60_000)
} else {
  console.log(result.messages.at(-1)?.text)
  await jit[Symbol.asyncDispose]()
  await close()
}
