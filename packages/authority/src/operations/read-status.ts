import { type Caller, findRequest, findTask, requireAgentOfTask } from '../caller.ts'
import { agentTopic, requestTopic, taskTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { OperationError } from '../operation-error.ts'
import { type RequestView, viewRequest } from '../request-status.ts'

export interface ReadStatusInput {
  readonly by: Caller
  readonly requestId: string
  /** Milliseconds to wait for a decision; at most 25,000. Default 0. */
  readonly waitMs?: number
  readonly signal?: AbortSignal
}

/** Contract 3.3. Waits by event, not by looking again and again; answers at once when decided. */
export const readStatus = async (
  context: Context,
  input: ReadStatusInput,
): Promise<RequestView> => {
  const { requestId } = input
  const deadline = context.clock.now() + Math.min(Math.max(input.waitMs ?? 0, 0), 25_000)
  for (;;) {
    input.signal?.throwIfAborted()
    const request = await findRequest(context, requestId)
    const agentId = await requireAgentOfTask(context, input.by, request.taskId)
    if (request.agentId !== agentId)
      throw new OperationError('request_agent_mismatch', 'The request belongs to another agent.')
    if (context.clock.now() >= deadline || context.closing.aborted) return view(context, requestId)
    const watch = context.changes.watch([
      requestTopic(requestId),
      taskTopic(request.taskId),
      agentTopic(agentId),
    ])
    try {
      // Looked at only now that the watch is set: a decision in between is seen or wakes.
      const seen = await view(context, requestId)
      const left = Math.min(deadline, seen.request.pendingUntil) - context.clock.now()
      if (seen.status !== 'pending' || left <= 0) return seen
      await pause(context, watch.changed, left, input.signal)
    } finally {
      watch.stop()
    }
  }
}

const view = async (context: Context, requestId: string): Promise<RequestView> => {
  const request = await findRequest(context, requestId)
  return viewRequest(request, await findTask(context, request.taskId), context.clock.now())
}

/** Until something changed, the time is over, the caller left, or the authority closes. */
const pause = async (
  context: Context,
  changed: Promise<void>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const done = new AbortController()
  const stop = () => done.abort()
  signal?.addEventListener('abort', stop, { once: true })
  context.closing.addEventListener('abort', stop, { once: true })
  context.counts.openWaits++
  try {
    await Promise.race([changed, context.clock.sleep(ms, done.signal).catch(() => {})])
  } finally {
    context.counts.openWaits--
    signal?.removeEventListener('abort', stop)
    context.closing.removeEventListener('abort', stop)
    done.abort()
  }
}
