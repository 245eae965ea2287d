import { LumojitError } from '@lumojit/core'
import {
  Agent,
  type FunctionTool,
  type Model,
  type ModelRequest,
  type ModelResponse,
  type RunContext,
  RunResult,
  RunState,
  type RunToolApprovalItem,
  tool,
  Usage,
} from '@openai/agents'
import { z } from 'zod'
import { type Kept, keptIn } from './kept.ts'

/** What the SDK hands to a tool besides its input. It has no name for it. */
export type ToolCallDetails = NonNullable<Parameters<FunctionTool['invoke']>[2]>

/** Names that an approval page sees on an interruption. */
export const GATE_AGENT = 'lumojit'
export const GATE_TOOL = 'jit_permission'

const PASSED = 'lumojit:passed'
/**
 * No tool of this SDK can pause while it runs, but for one kind: an agent that is a tool. So each of
 * our tools has such an agent at hand, with one tool that needs an approval and a model that calls it
 * without thinking. Its interruption is that of the run, and it is saved and restored with the run.
 */
class GateModel implements Model {
  async getResponse({ input }: ModelRequest): Promise<ModelResponse> {
    const call = {
      type: 'function_call',
      callId: `jit_${crypto.randomUUID()}`,
      name: GATE_TOOL,
      arguments: textOf(input),
      status: 'completed',
    } as const
    return { usage: new Usage(), output: [call] }
  }

  // biome-ignore lint/correctness/useYield: the gate never streams; the interface asks for it
  async *getStreamedResponse(): ReturnType<Model['getStreamedResponse']> {
    throw new Error('The gate does not stream.')
  }
}

const entry = z.object({ kept: z.string() })
const agent = new Agent({
  name: GATE_AGENT,
  // Its own: the model of the run around it is only for agents that have none.
  model: new GateModel(),
  toolUseBehavior: 'stop_on_first_tool',
  tools: [
    tool({
      name: GATE_TOOL,
      description: 'A permission that waits for a decision of the authority.',
      parameters: { type: 'object', properties: {}, required: [], additionalProperties: true },
      strict: false,
      needsApproval: true,
      execute: async () => PASSED,
    }),
  ],
})

export interface Gate {
  /** The tool that the SDK knows the gate's agent by: an outer tool has to be laid over this object. */
  readonly carrier: FunctionTool
  /** Pauses the call that `details` names. Gives what its tool has to return, or says why it cannot. */
  suspend(context: RunContext, details: ToolCallDetails, kept: Kept): Promise<string>
  /** What was kept of the pause this call comes from, and whether the application has rejected it. */
  reopen(
    context: RunContext,
    details: ToolCallDetails,
  ): Promise<{ readonly kept: Kept | undefined; readonly rejected?: string }>
}

const carriers = new WeakSet<object>()

/** True for what this package made. */
export function hasGate(tool: object): boolean {
  return carriers.has(tool)
}

/**
 * Approved with `alwaysApprove`, the gate would stand open without anybody having decided. Throws
 * before the run goes on, so that the saved state is still good.
 */
export function refuseStuckGate(state: ConstructorParameters<typeof RunResult>[0]): void {
  const { runContext } = new RunResult(state)
  if (runContext.isToolApproved({ toolName: GATE_TOOL, callId: 'none' })) throw stuck()
}

function stuck(): LumojitError {
  return new LumojitError(
    'CONFIG_INVALID',
    'A permission was approved with `alwaysApprove`, and only the authority can approve it.',
    'Leave the interruptions of `pendingPermissions` alone, or approve them without `alwaysApprove`: the authority is asked when the run goes on.',
  )
}

export function gateFor(toolName: string): Gate {
  const carrier = agent.asTool({
    toolName,
    parameters: entry,
    inputBuilder: ({ params }) => params.kept,
    runConfig: { tracingDisabled: true },
    runOptions: { maxTurns: 2 },
  })
  carriers.add(carrier)
  const invoke = carrier.invoke as FunctionTool['invoke']
  const enter = async (context: RunContext, kept: string, details: ToolCallDetails) =>
    String(await invoke(context, JSON.stringify({ kept }), details))
  return {
    carrier: carrier as unknown as FunctionTool,
    async suspend(context, { toolCall, signal }, kept) {
      const out = await enter(context, JSON.stringify(kept), only(toolCall, signal))
      if (out === PASSED) throw stuck()
      return out
    },
    async reopen(context, { toolCall, signal, resumeState }) {
      const [item] = (await RunState.fromString(agent, resumeState ?? '')).getInterruptions()
      // An approval is a wake-up here, nothing more: the authority is asked again. A no is a no.
      if (item && decisionOn(context, item) === undefined) context.approveTool(item)
      const details = only(toolCall, signal)
      const out = await enter(context, '', {
        ...details,
        ...(resumeState ? { resumeState } : {}),
      })
      const kept = item && keptIn(item)
      return out === PASSED ? { kept } : { kept, rejected: out }
    },
  }
}

function decisionOn(context: RunContext, { rawItem }: RunToolApprovalItem): boolean | undefined {
  const callId = 'callId' in rawItem ? rawItem.callId : ''
  return context.isToolApproved({ toolName: GATE_TOOL, callId })
}

/** The call is known by this very object. The rest of what the SDK put there is for the tool itself. */
function only(
  toolCall: ToolCallDetails['toolCall'],
  signal: AbortSignal | undefined,
): ToolCallDetails {
  return { ...(toolCall ? { toolCall } : {}), ...(signal ? { signal } : {}) }
}

function textOf(input: ModelRequest['input']): string {
  if (typeof input === 'string') return input
  const last = input.at(-1)
  if (!last || !('content' in last)) return '{}'
  const { content } = last
  if (typeof content === 'string') return content
  const [part] = content ?? []
  return part && 'text' in part ? part.text : '{}'
}
