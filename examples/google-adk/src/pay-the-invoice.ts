import {
  isFinalResponse,
  LlmAgent,
  LogLevel,
  Runner,
  requiresUserInput,
  setLogLevel,
} from '@google/adk'
import { pendingPermissions } from '@lumojit/google-adk'
import { languageModel } from './model.ts'
import { jit, jitPlugin, run, wake } from './permissions.ts'
import { openSessions } from './sessions.ts'
import { fetchDocument, payInvoice } from './tools.ts'

/**
 * `start SESSION FILE` runs until a person must decide, and then just stays; `wake SESSION FILE` goes on
 * from that session.
 */
const [, , act, sessionId = 'settle doc_9982', file = 'sessions.db'] = process.argv
setLogLevel(LogLevel.ERROR)

const clerk = new LlmAgent({
  name: 'clerk',
  model: languageModel(),
  instruction: 'You settle the invoices that documents name.',
  tools: [fetchDocument, payInvoice],
})
const appName = 'clerk'
const userId = 'alice@acme-corp.com'
const sessionService = openSessions(file)
const runner = new Runner({ appName, agent: clerk, sessionService, plugins: [jitPlugin] })
await sessionService.getOrCreateSession({ appName, userId, sessionId })

const text = 'Fetch doc_9982 and pay the invoice it names.'
const events =
  act === 'wake'
    ? wake(runner, { userId, sessionId })
    : run(runner, { userId, sessionId, newMessage: { role: 'user', parts: [{ text }] } })
for await (const event of events) {
  if (isFinalResponse(event) && !requiresUserInput(event)) {
    console.log(event.content?.parts?.[0]?.text)
  }
}

const session = await sessionService.getSession({ appName, userId, sessionId })
const waiting = session ? pendingPermissions(session) : []
for (const { toolName, requests } of waiting) {
  for (const { requestId } of requests) console.log(`paused: ${toolName} waits for ${requestId}`)
}
// Where something waits, a real server goes on with other sessions; this one stays to be killed.
if (waiting.length === 0) {
  await jit[Symbol.asyncDispose]()
  process.exit()
}
