import type { ToolRuntime } from '@langchain/core/tools'
import type { LangGraphRunnableConfig } from '@langchain/langgraph'
import { LumojitError, type PendingVerdict, type ToolCall } from '@lumojit/core'
import type { CurrentRun } from './current-run.ts'

/** What a tool is handed while a graph runs: more than its declared type says. */
export type GraphRuntime = ToolRuntime & Partial<LangGraphRunnableConfig>

/**
 * What a tool needs before it may run: `resource`, the `url` or `audience` of a listed resource or any
 * URL within it, and `details` (RFC 9396).
 */
export type DeclaredPermission = NonNullable<ToolCall['declared']>[number]

/** A node with an `idleTimeout` hears this often that it is not idle: less than half of what LangGraph's own examples set. */
const BEAT_MS = 2_000
/** A process that is asked to leave has at least twice this long, as a rule. */
const DRAIN_MS = 5_000

/** The graph's call, as the engine wants it. */
export function readCall(
  run: CurrentRun,
  toolName: string,
  input: unknown,
  runtime: GraphRuntime,
  declared: readonly DeclaredPermission[],
): ToolCall {
  const { executionInfo, configurable, signal, control, heartbeat, toolCall } = runtime
  const callId = runtime.toolCallId || toolCall?.id
  if (!callId) {
    throw new LumojitError(
      'NO_TASK',
      `The tool ${toolName} was invoked by hand: nothing names the call.`,
      'Let a tool node call it, or invoke it with a tool call that has an id.',
    )
  }
  const durable = hasCheckpointer(runtime)
  if (run.pending === 'suspend' && !durable) {
    throw new LumojitError(
      'CONFIG_INVALID',
      `The tool ${toolName} should pause, and its graph has no checkpointer to pause in.`,
      "Compile the graph with a checkpointer, or choose `pending: 'auto'` or `'block'`.",
    )
  }
  const thread = durable ? configurable?.thread_id : run.id
  // The place in the graph is the same on every execution of a step, in any process, and no other
  // step has it. Ids of calls are the provider's, and some count from zero in every answer.
  const key = JSON.stringify([String(thread), executionInfo?.checkpointNs ?? '', callId])
  const kept = run.kept.get(key)
  return {
    task: run.task,
    key,
    callId,
    toolName,
    args: (toolCall?.args ?? input) as NonNullable<ToolCall['args']>,
    pending: durable ? run.pending : 'block',
    durable,
    escalate: run.escalate,
    declared,
    ...(run.waitMs === undefined ? {} : { waitMs: run.waitMs }),
    ...(signal ? { signal } : {}),
    ...(kept ? { resumeFrom: kept } : {}),
    ...(heartbeat || control ? { turnMs: heartbeat ? BEAT_MS : DRAIN_MS } : {}),
    onPending: (): PendingVerdict => {
      heartbeat?.()
      return durable && control?.drainRequested ? 'suspend' : 'wait'
    },
  }
}

/** `interrupt()` goes by the same member, and there is no public one. */
export function hasCheckpointer({ configurable }: Pick<GraphRuntime, 'configurable'>): boolean {
  return Boolean(configurable?.__pregel_checkpointer)
}
