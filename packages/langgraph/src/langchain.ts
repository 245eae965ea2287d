import type { AIMessage, BaseMessage } from '@langchain/core/messages'
import { ToolMessage } from '@langchain/core/messages'
import type { ToolCall } from '@langchain/core/messages/tool'
import type { InferInteropZodOutput, InteropZodObject } from '@langchain/core/utils/types'
import { isGraphBubbleUp } from '@langchain/langgraph'
import { isLumojitError, LumojitError } from '@lumojit/core'
import { createMiddleware, MiddlewareError, ToolInvocationError } from 'langchain'
import { z } from 'zod'
import { currentRunIfAny, within } from './current-run.ts'
import { type Latch, latched } from './latch.ts'
import type { JitRunOptions, JitTaskOptions } from './live-run.ts'
import { type Place, ThreadRuns } from './thread-runs.ts'

export interface JitMiddlewareOptions<Context extends InteropZodObject = InteropZodObject>
  extends Omit<JitRunOptions, 'task'> {
  /** What the application says of each run in `context`, such as who the user is. */
  readonly contextSchema?: Context
  /**
   * Whom a run is for, by that context. Asked on a start and on a wake alike. Name the person by
   * `onBehalfOf` wherever two of them could share a thread.
   */
  readonly task?:
    | JitTaskOptions
    | ((context: InferInteropZodOutput<Context>) => JitTaskOptions | Promise<JitTaskOptions>)
}

interface AgentState {
  readonly messages?: readonly BaseMessage[]
  readonly _jitRun?: string | undefined
}

/**
 * For `createAgent`: the whole life of a run's task, for agents that are invoked by somebody else. Put
 * it first, so that no other middleware takes a pause for a failure. Under `runWithJit`, which also sees
 * how a run ends that ends badly, it only guards pauses. `settled()` of what it gives resolves when
 * runs that were aborted have given back what they held: a graph waits for nothing when it is aborted.
 */
export function jitMiddleware<Context extends InteropZodObject = InteropZodObject>(
  options: JitMiddlewareOptions<Context>,
) {
  const { task = {}, contextSchema, ...run } = options
  if (typeof options?.jit?.callTool !== 'function') {
    throw new LumojitError(
      'CONFIG_INVALID',
      'The middleware needs an engine.',
      'Pass `{ jit }`: what `createJit({ authority, resources })` gave.',
    )
  }
  const runs = new ThreadRuns(run)
  const taskOf = async ({ context }: { context?: unknown }): Promise<JitTaskOptions> =>
    typeof task === 'function' ? task(context as InferInteropZodOutput<Context>) : task

  const middleware = createMiddleware({
    name: 'lumojit',
    stateSchema: z.object({ _jitRun: z.string().optional() }),
    ...(contextSchema ? { contextSchema } : {}),

    // Once for each turn, and not when a turn goes on.
    beforeAgent: async (state: AgentState, runtime) => {
      if (currentRunIfAny()) return undefined
      const name = crypto.randomUUID()
      const dropped = unanswered(state.messages ?? [])
      if (dropped.size > 0)
        await runs.abandon(name, await taskOf(runtime), runtime as Place, dropped)
      return { _jitRun: name }
    },

    wrapModelCall: async (request, handler) => {
      const { _jitRun: name } = request.state as AgentState
      try {
        return await handler(request)
      } catch (error) {
        if (name && !isGraphBubbleUp(error as never)) {
          await runs.end(name, await taskOf(request.runtime))
        }
        throw error
      }
    },

    wrapToolCall: async (request, handler) => {
      const latch: Latch = {}
      const { signal } = request.runtime
      const guarded = () => latched(latch, () => answerOf(request, handler, latch, signal))
      const { _jitRun: name } = request.state as AgentState
      if (currentRunIfAny() || !name) return guarded()
      const about = await taskOf(request.runtime)
      const live = await runs.enter(name, about, request.runtime as Place)
      let isKept = false
      try {
        return await within(live, guarded)
      } catch (error) {
        isKept = latch.pause !== undefined || isClaimedElsewhere(error)
        if (!isKept && endsTheRun(error)) await runs.end(name, about)
        throw error
      } finally {
        await runs.leave(name, about, isKept)
      }
    },

    afterAgent: async (state: AgentState, runtime) => {
      if (state._jitRun) await runs.end(state._jitRun, await taskOf(runtime))
      return undefined
    },
  })
  // A graph that is aborted rejects at once and waits for none of its tools.
  return Object.assign(middleware, { settled: () => runs.settled() })
}

/**
 * What the tool says, and what it throws as the agent's tool node tells it where there is no middleware
 * around a tool. A pause and a fault stand, whatever stands between here and the tool made of them.
 */
async function answerOf<Request extends { readonly toolCall: ToolCall }, Answer>(
  request: Request,
  handler: (request: Request) => Answer | Promise<Answer>,
  latch: Latch,
  signal: AbortSignal | undefined,
): Promise<Answer | ToolMessage> {
  let thrown: unknown
  const answer = await Promise.resolve(handler(request)).catch((error) => {
    thrown = error
    const { name, id = '' } = request.toolCall
    const content = `${error}\n Please fix your mistakes.`
    return new ToolMessage({ status: 'error', name, tool_call_id: id, content })
  })
  if (latch.pause ?? latch.fault) throw latch.pause ?? latch.fault
  const isTold = !isGraphBubbleUp(thrown as never) && !isOfTheAgent(thrown) && !signal?.aborted
  if (thrown !== undefined && !isTold) throw thrown
  return answer
}

/** Told to the model by the agent itself, or a middleware's own failure. */
function isOfTheAgent(error: unknown): boolean {
  return error instanceof ToolInvocationError || error instanceof MiddlewareError
}

function isClaimedElsewhere(error: unknown): boolean {
  return isLumojitError(error) && error.code === 'CLAIMED_ELSEWHERE'
}

function endsTheRun(error: unknown): boolean {
  if (isGraphBubbleUp(error as never) || error instanceof ToolInvocationError) return false
  return !(error instanceof MiddlewareError) || endsTheRun(error.cause)
}

/** Calls of the model that nothing has answered: new input dropped them. */
function unanswered(messages: readonly BaseMessage[]): ReadonlySet<string> {
  const calls = messages.flatMap((each) => (each as AIMessage).tool_calls ?? [])
  const left = new Set(calls.flatMap(({ id }) => (id === undefined ? [] : [id])))
  for (const each of messages) if (ToolMessage.isInstance(each)) left.delete(each.tool_call_id)
  return left
}
