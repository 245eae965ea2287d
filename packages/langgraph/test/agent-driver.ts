import type { AdapterDriver } from '@lumojit/conformance'
import { createAgent, toolRetryMiddleware } from 'langchain'
import { jitMiddleware } from '../src/langchain.ts'
import { GraphRun } from './graph-run.ts'

const impatient = () =>
  toolRetryMiddleware({ maxRetries: 2, initialDelayMs: 1, backoffFactor: 1, jitter: false })

/** LangChain's agent under `runWithJit`, its retries within ours where the suite wants errors swallowed. */
const driver: AdapterDriver = {
  name: '@lumojit/langgraph/langchain',
  module: new URL(import.meta.url),
  detectsDurability: true,
  skips: [],
  open: async (setup) =>
    new GraphRun(setup, ({ model, tools, checkpointer, setup: { jit, swallow } }) =>
      createAgent({
        model,
        tools: [...tools],
        middleware: [jitMiddleware({ jit }), ...(swallow ? [impatient() as never] : [])],
        ...(checkpointer ? { checkpointer } : {}),
      }),
    ),
}
export default driver
