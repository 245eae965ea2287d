import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import {
  type AIMessage,
  type BaseMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages'
import type { StructuredToolInterface } from '@langchain/core/tools'
import {
  type BaseCheckpointSaver,
  END,
  type LangGraphRunnableConfig,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { createJitToolNode, type JitToolNodeOptions } from './create-jit-tool-node.ts'

export interface JitAgentGraphOptions extends JitToolNodeOptions {
  /** A chat model that takes tools. */
  readonly model: BaseChatModel
  readonly tools: readonly StructuredToolInterface[]
  /** Said to the model before everything else. Not kept in the state. */
  readonly systemPrompt?: string
  /** Where pauses are kept. Without one a call that has to wait waits in its place. */
  readonly checkpointer?: BaseCheckpointSaver | boolean
  readonly name?: string
}

/** Agent, tools, agent, until the model calls no tool: the loop as a graph, ready to run. */
export function createJitAgentGraph(options: JitAgentGraphOptions) {
  const { model, tools, systemPrompt, checkpointer, name = 'jit_agent', ...node } = options
  const bound = model.bindTools?.([...tools]) ?? model
  const before = systemPrompt === undefined ? [] : [new SystemMessage(systemPrompt)]
  const agent = async (
    { messages }: typeof MessagesAnnotation.State,
    config: LangGraphRunnableConfig,
  ) => ({ messages: [await bound.invoke([...before, ...answered(messages)], config)] })

  return new StateGraph(MessagesAnnotation)
    .addNode('agent', agent)
    .addNode('tools', createJitToolNode(tools, node) as never)
    .addEdge(START, 'agent')
    .addConditionalEdges('agent', shouldContinue, ['tools', END])
    .addEdge('tools', 'agent')
    .compile({ name, ...(checkpointer === undefined ? {} : { checkpointer }) })
}

/** To the tools while the model calls any, else to the end. */
export function shouldContinue({ messages }: { readonly messages: readonly BaseMessage[] }) {
  const last = messages.at(-1) as AIMessage | undefined
  return last?.tool_calls?.length ? 'tools' : END
}

/** New input to a thread that waits drops its calls, and models refuse a call that has no answer. */
function answered(messages: readonly BaseMessage[]): BaseMessage[] {
  const answers = new Set(
    messages.map((each) => each.getType() === 'tool' && (each as ToolMessage).tool_call_id),
  )
  return messages.flatMap((each) => {
    const calls = each.getType() === 'ai' ? ((each as AIMessage).tool_calls ?? []) : []
    const dropped = calls.filter(({ id }) => id !== undefined && !answers.has(id))
    return [
      each,
      ...dropped.map(
        ({ id = '', name }) =>
          new ToolMessage({ status: 'error', name, tool_call_id: id, content: DROPPED }),
      ),
    ]
  })
}

const DROPPED = 'Not done: the user said something else before it was permitted.'
