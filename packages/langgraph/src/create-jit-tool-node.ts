import { AIMessage, type BaseMessage, isBaseMessage, ToolMessage } from '@langchain/core/messages'
import type { ToolCall } from '@langchain/core/messages/tool'
import type { StructuredToolInterface } from '@langchain/core/tools'
import {
  Command,
  GraphInterrupt,
  getConfig,
  isCommand,
  isGraphBubbleUp,
  isGraphInterrupt,
  type LangGraphRunnableConfig,
  task,
} from '@langchain/langgraph'
import { isFault } from './current-run.ts'
import { type KeptCommand, keepCommand, keptCommand } from './kept-command.ts'

export interface JitToolNodeOptions {
  /** False: what a tool throws ends the run instead of being told to the model. Default true. */
  readonly handleToolErrors?: boolean
}

type AnyTool = Pick<StructuredToolInterface, 'name' | 'invoke'>
type Input = readonly BaseMessage[] | { readonly messages: readonly BaseMessage[] }
type Sent = { readonly lg_tool_call: ToolCall }
type Answer = ToolMessage | Command

/**
 * In place of `new ToolNode(tools)`, with the same edges. A graph executes the whole node again when it
 * goes on, so each call is a task of its own: what is done is remembered and not done again, and every
 * call that waits is to be seen, not only the first.
 */
export function createJitToolNode(tools: readonly AnyTool[], options: JitToolNodeOptions = {}) {
  const byName = new Map(tools.map((each) => [each.name, each]))
  const { handleToolErrors = true } = options

  const runOne = async (call: ToolCall, state: unknown): Promise<ToolMessage | KeptCommand> => {
    const config = getConfig() as LangGraphRunnableConfig
    try {
      const found = byName.get(call.name)
      if (!found) throw new Error(`Tool "${call.name}" not found.`)
      const runtime = { ...config, config, state, toolCallId: call.id ?? '' }
      const output = await found.invoke({ ...call, type: 'tool_call' }, runtime as never)
      if (isCommand(output)) return keepCommand(output)
      if (isBaseMessage(output) && output.getType() === 'tool') return output as ToolMessage
      return answer(call, typeof output === 'string' ? output : JSON.stringify(output))
    } catch (error) {
      const ends = isGraphBubbleUp(error as never) || isFault(error) || config.signal?.aborted
      if (ends || !handleToolErrors) throw error
      const said = error instanceof Error ? error.message : String(error)
      return answer(call, `Error: ${said}\n Please fix your mistakes.`, 'error')
    }
  }

  return async (input: Input | Sent) => {
    const remembered = task('lumojit_tool_call', (call: ToolCall) => runOne(call, stateOf(input)))
    const settled = await Promise.allSettled(callsIn(input).map((call) => remembered(call)))
    const thrown = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    const fatal = thrown.find((error) => !isGraphInterrupt(error))
    if (fatal !== undefined) throw fatal
    if (thrown.length > 0)
      throw new GraphInterrupt(thrown.flatMap((error) => (error as GraphInterrupt).interrupts))
    const answers = settled.map((each) => {
      const { value } = each as PromiseFulfilledResult<ToolMessage | KeptCommand>
      return keptCommand(value)
    })
    return combined(answers, Array.isArray(input))
  }
}

function stateOf(input: Input | Sent): unknown {
  if (!isSent(input)) return input
  const { lg_tool_call: _, ...state } = input
  return state
}

function isSent(input: Input | Sent): input is Sent {
  return 'lg_tool_call' in input
}

/** The calls of the model's last word that have no answer yet. */
function callsIn(input: Input | Sent): readonly ToolCall[] {
  if (isSent(input)) return [input.lg_tool_call]
  const messages = 'messages' in input ? input.messages : input
  const last = messages.findLast((each) => AIMessage.isInstance(each)) as AIMessage | undefined
  if (!last) throw new Error('A tool node takes messages with one of the model among them.')
  const answered = new Set(
    messages.map((each) => each.getType() === 'tool' && (each as ToolMessage).tool_call_id),
  )
  return (last.tool_calls ?? []).filter(({ id }) => id === undefined || !answered.has(id))
}

function answer(call: ToolCall, content: string, status: 'success' | 'error' = 'success') {
  return new ToolMessage({ status, name: call.name, tool_call_id: call.id ?? '', content })
}

/** As the graph's own tool node puts them together: those that go to the parent graph go as one. */
function combined(answers: readonly Answer[], asArray: boolean) {
  const messages = (of: Answer[]) => (asArray ? of : { messages: of })
  if (!answers.some(isCommand)) return messages([...answers])
  const toParent = answers.filter(
    (each): each is Command => isCommand(each) && each.graph === Command.PARENT && sends(each),
  )
  const others = answers.flatMap<unknown>((each) => {
    if (toParent.includes(each as Command)) return []
    return isCommand(each) ? [each] : [messages([each])]
  })
  if (toParent.length === 0) return others
  const goto = toParent.flatMap((each) => each.goto as [])
  return [...others, new Command({ graph: Command.PARENT, goto })]
}

function sends({ goto }: Command): boolean {
  return Array.isArray(goto) && goto.every((each) => typeof each === 'object')
}
