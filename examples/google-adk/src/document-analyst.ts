import {
  InMemorySessionService,
  isFinalResponse,
  LlmAgent,
  LogLevel,
  Runner,
  setLogLevel,
} from '@google/adk'
import { languageModel } from './model.ts'
import { jit, jitPlugin, run } from './permissions.ts'
import { createReport, fetchDocument } from './tools.ts'

setLogLevel(LogLevel.ERROR)

// 1. The agent, as ever
const analyst = new LlmAgent({
  name: 'protected_data_analyst',
  model: languageModel(),
  description: 'Fetches protected documents and creates reports.',
  instruction:
    'You are a senior analyst. Fetch requested documents and create concise reports. ' +
    'The tools handle permissions by themselves.',
  tools: [fetchDocument, createReport],
})

// 2. The plugin makes each run a task
const sessionService = new InMemorySessionService()
const appName = 'protected_data_analyst'
const runner = new Runner({ appName, agent: analyst, sessionService, plugins: [jitPlugin] })

// 3. When the run ends, however it ends, everything it was granted is revoked
const userId = 'alice@acme-corp.com'
const { id: sessionId } = await sessionService.createSession({ appName, userId })
const text = "Fetch document doc_9982, summarize it, and create a report titled 'Q4 Analysis'."
const newMessage = { role: 'user', parts: [{ text }] }
for await (const event of run(runner, { userId, sessionId, newMessage })) {
  if (isFinalResponse(event)) console.log(event.content?.parts?.[0]?.text)
}
await jit[Symbol.asyncDispose]()
