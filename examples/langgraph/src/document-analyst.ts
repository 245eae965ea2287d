import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph'
import { createJit, lumoAuth } from '@lumojit/core'
import { createJitToolNode, runWithJit, shouldContinue } from '@lumojit/langgraph'
import { chatModel } from './model.ts'
import { fetchProtectedDocument } from './tools.ts'

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

// 2. The graph, as ever: agent, tools, agent
const tools = [fetchProtectedDocument]
const model = chatModel().bindTools?.(tools) ?? chatModel()

const app = new StateGraph(MessagesAnnotation)
  .addNode('agent', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addNode('tools', createJitToolNode(tools))
  .addEdge(START, 'agent')
  .addConditionalEdges('agent', shouldContinue, ['tools', END])
  .addEdge('tools', 'agent')
  .compile()

// 3. One run is one task: when it ends, everything it was granted is revoked
const result = await runWithJit(
  app,
  { messages: [{ role: 'user', content: 'Summarize the confidential report doc_9982' }] },
  {},
  { jit, task: { name: 'LangGraph document analysis', onBehalfOf: 'alice@acme-corp.com' } },
)
console.log(result.messages.at(-1)?.text)
await jit[Symbol.asyncDispose]()
