import type { AIMessage } from '@langchain/core/messages'
import type { StructuredToolInterface } from '@langchain/core/tools'
import {
  type BaseCheckpointSaver,
  END,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt'
import type { Jit } from '@lumojit/core'
import { createAgent } from 'langchain'
import {
  createJitAgentGraph,
  createJitToolNode,
  type JitGraph,
  runWithJit,
  shouldContinue,
  wake,
} from '../src/index.ts'
import { jitMiddleware } from '../src/langchain.ts'
import type { ScriptedChatModel } from './scripted-chat-model.ts'

export interface Parts {
  readonly jit: Jit
  readonly model: ScriptedChatModel
  readonly tools: readonly StructuredToolInterface[]
  readonly checkpointer: BaseCheckpointSaver
}
export interface Layout {
  readonly graph: JitGraph
  start(input: unknown, config: object): Promise<unknown>
  goOn(config: object): Promise<unknown>
}

const ALICE = { onBehalfOf: 'alice@acme-corp.com' }
const agentNode = (model: ScriptedChatModel) => async (state: typeof MessagesAnnotation.State) => ({
  messages: [await model.invoke(state.messages)],
})

function run(graph: JitGraph, { jit }: Parts): Layout {
  const options = { jit, task: ALICE, pending: 'suspend' as const }
  return {
    graph,
    start: (input, config) => runWithJit(graph, input, config, options),
    goOn: (config) => wake(graph, config, options),
  }
}

/** Every layout in which this package says that a call is done once. */
export const layouts: Readonly<Record<string, (parts: Parts) => Layout>> = {
  createJitAgentGraph: (parts) => run(createJitAgentGraph(parts), parts),

  'a graph with createJitToolNode and classic edges': (parts) =>
    run(
      new StateGraph(MessagesAnnotation)
        .addNode('agent', agentNode(parts.model))
        .addNode('tools', createJitToolNode(parts.tools) as never)
        .addEdge(START, 'agent')
        .addConditionalEdges('agent', toolsCondition, ['tools', END])
        .addEdge('tools', 'agent')
        .compile({ checkpointer: parts.checkpointer }),
      parts,
    ),

  'a graph that sends each call to LangGraph’s own ToolNode': (parts) =>
    run(
      new StateGraph(MessagesAnnotation)
        .addNode('agent', agentNode(parts.model))
        .addNode('tools', new ToolNode([...parts.tools]))
        .addEdge(START, 'agent')
        .addConditionalEdges(
          'agent',
          (state) =>
            shouldContinue(state) === END
              ? END
              : ((state.messages.at(-1) as AIMessage).tool_calls ?? []).map(
                  (each) => new Send('tools', { ...state, lg_tool_call: each }),
                ),
          ['tools', END],
        )
        .addEdge('tools', 'agent')
        .compile({ checkpointer: parts.checkpointer }),
      parts,
    ),

  'createAgent under runWithJit': (parts) => {
    const { model, tools, checkpointer } = parts
    return run(createAgent({ model, tools: [...tools], checkpointer }), parts)
  },

  'createAgent with the middleware, invoked by itself': ({ jit, model, tools, checkpointer }) => {
    const middleware = [jitMiddleware({ jit, task: ALICE, pending: 'suspend' })]
    const { graph } = createAgent({ model, tools: [...tools], checkpointer, middleware })
    return {
      graph,
      start: (input, config) => graph.invoke(input as never, config as never),
      goOn: (config) => graph.invoke(null, config as never),
    }
  },
}
