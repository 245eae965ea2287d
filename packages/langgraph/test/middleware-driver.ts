import type { AdapterDriver } from '@lumojit/conformance'
import { createAgent, toolRetryMiddleware } from 'langchain'
import { jitMiddleware } from '../src/langchain.ts'
import { GraphRun, type Lifecycle } from './graph-run.ts'

const impatient = () =>
  toolRetryMiddleware({ maxRetries: 2, initialDelayMs: 1, backoffFactor: 1, jitter: false })

type Graph = {
  invoke(input: unknown, config: object): Promise<unknown>
  stream(input: unknown, config: object): Promise<AsyncIterable<unknown>>
}

type Middleware = ReturnType<typeof jitMiddleware>

/** As somebody else invokes it, who knows nothing of permissions; the application waits for those that were aborted. */
function byItself(made: readonly Middleware[]): Lifecycle {
  const settled = () => Promise.all(made.map((each) => each.settled()))
  return {
    invoke: async (graph, input, config) => {
      try {
        return await (graph as unknown as Graph).invoke(input, config)
      } finally {
        await settled()
      }
    },
    async *stream(graph, input, config) {
      try {
        yield* await (graph as unknown as Graph).stream(input, config)
      } finally {
        await settled()
      }
    },
  }
}

/** LangChain's agent whose middleware is all that there is of lumojit. */
const driver: AdapterDriver = {
  name: '@lumojit/langgraph/langchain, middleware alone',
  module: new URL(import.meta.url),
  detectsDurability: true,
  skips: [],
  open: async (setup) => {
    const { jit, subject, pending, escalate, waitMs } = setup
    const made: Middleware[] = []
    return new GraphRun(
      setup,
      ({ model, tools, checkpointer, setup: { swallow } }) => {
        const lumojit = jitMiddleware({
          jit,
          task: { onBehalfOf: subject },
          pending,
          escalate,
          ...(waitMs === undefined ? {} : { waitMs }),
        })
        made.push(lumojit)
        return createAgent({
          model,
          tools: [...tools],
          middleware: [lumojit, ...(swallow ? [impatient() as never] : [])],
          ...(checkpointer ? { checkpointer } : {}),
        }).graph
      },
      byItself(made),
    )
  },
}
export default driver
