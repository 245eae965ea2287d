import { pendingSteps, wakeWorkflow } from '@lumojit/mastra'
import { RequestContext } from '@mastra/core/request-context'
import { mastra } from './mastra.ts'
import { jit } from './permissions.ts'

/** Runs until a person must decide; run again, it goes on from Mastra's storage. */
const workflow = mastra.getWorkflow('settle')

const { runs } = await workflow.listWorkflowRuns({ status: 'suspended' })
const run = await workflow.createRun(runs[0] ? { runId: runs[0].runId } : {})
const result = runs[0]
  ? await wakeWorkflow(workflow, run)
  : await run.start({
      inputData: { documentId: 'doc_9982', invoice: 'inv_204' },
      requestContext: new RequestContext([['user', 'alice@acme-corp.com']]),
    })
for (const { step, requests } of await pendingSteps(workflow, run)) {
  for (const { requestId } of requests) console.log(`paused: ${step} waits for ${requestId}`)
}
if (result?.status === 'success') console.log(`Paid, receipt ${result.result.pay.receipt}.`)
if (result?.status === 'failed') console.log(`It failed: ${result.error.message}`)
await jit[Symbol.asyncDispose]()
