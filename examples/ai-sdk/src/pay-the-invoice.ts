import { readFile, writeFile } from 'node:fs/promises'
import { isStepCount, type ModelMessage } from 'ai'
import { ai, jit } from './engine.ts'
import { model } from './model.ts'
import { fetchDocument, payInvoice } from './tools.ts'

/** Runs until a person must decide, and leaves its messages in a file; run again, it goes on from them. */
const [, , file = 'messages.json'] = process.argv
const asked: ModelMessage = {
  role: 'user',
  content: 'Fetch doc_9982 and pay the invoice it names.',
}
const history: ModelMessage[] = await readFile(file, 'utf8').then(JSON.parse, () => [asked])

const mine = ai.forTask({ name: 'Settle the invoice', onBehalfOf: 'alice@acme-corp.com' })
let { ready, messages, pending } = await mine.settle(history)
if (ready) {
  const result = await mine.generateText({
    model: model(),
    tools: { fetchDocument, payInvoice },
    stopWhen: isStepCount(10),
    messages,
  })
  messages.push(...result.responseMessages)
  ;({ pending } = await mine.settle(messages))
  if (pending.length === 0) console.log(result.text)
}
for (const { toolName, requests } of pending) {
  for (const { requestId } of requests) console.log(`paused: ${toolName} waits for ${requestId}`)
}
await writeFile(file, JSON.stringify(messages))
await jit[Symbol.asyncDispose]()
