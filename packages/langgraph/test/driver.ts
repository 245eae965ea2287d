import type { AdapterDriver } from '@lumojit/conformance'
import { createJitAgentGraph } from '../src/index.ts'
import { GraphRun } from './graph-run.ts'

/** The graph that is ready to run: classic edges, `createJitToolNode`. */
const driver: AdapterDriver = {
  name: '@lumojit/langgraph',
  module: new URL(import.meta.url),
  detectsDurability: true,
  skips: [],
  open: async (setup) =>
    new GraphRun(setup, ({ model, tools, checkpointer }) =>
      createJitAgentGraph({ model, tools, ...(checkpointer ? { checkpointer } : {}) }),
    ),
}
export default driver
