import { pendingPermissions, wake } from '@lumojit/mastra'
import { RequestContext } from '@mastra/core/request-context'
import { mastra } from './mastra.ts'
import { jit } from './permissions.ts'

/** Runs until a person must decide; run again, it goes on from Mastra's storage. */
const clerk = mastra.getAgent('clerk')

const [woken] = await wake(clerk)
if (woken) await woken.consumeStream()
else {
  // In life this comes from the session of whoever asks.
  const requestContext = new RequestContext([['user', 'alice@acme-corp.com']])
  const asked = 'Fetch doc_9982 and pay the invoice it names.'
  const { finishReason, text } = await clerk.generate(asked, { requestContext })
  if (finishReason !== 'suspended') console.log(text)
}
const waiting = await pendingPermissions(clerk)
for (const { toolName, requests } of waiting) {
  for (const { requestId } of requests) console.log(`paused: ${toolName} waits for ${requestId}`)
}
if (woken && waiting.length === 0) console.log(await woken.text)
await jit[Symbol.asyncDispose]()
