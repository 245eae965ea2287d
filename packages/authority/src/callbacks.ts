import { signCallback } from './callback-signature.ts'
import type { Context } from './context.ts'
import { OperationError } from './operation-error.ts'
import type { PostCallback } from './post-callback.ts'
import type { StoredCallback } from './records.ts'
import { viewRequest } from './request-status.ts'
import { AT_ONCE, BACKOFF_MS, LEASE_MS } from './sending.ts'

/** A `callback_url` of this agent; its origin has to be registered. */
export const readCallbackUrl = async (
  context: Context,
  agentId: string,
  text: string | undefined,
): Promise<string | undefined> => {
  if (text === undefined) return undefined
  const origins = (await context.directory.agent(agentId))?.callbacks?.origins ?? []
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && origins.includes(url.origin) && !url.username && !url.password && !url.hash)
    return url.href
  throw new OperationError(
    'invalid_callback_url',
    '`callback_url` is not at an origin registered for this agent.',
    { fix: "Register its origin in the agent's `callbacks`, or poll instead." },
  )
}

/**
 * Sends what is due, once around. A callback is a wake-up: it says how a request stands, and whoever gets
 * it asks the status again. Any 2xx is an answer; anything else is tried again later.
 */
export const sendCallbacks = async (context: Context, post: PostCallback): Promise<number> => {
  const now = context.clock.now()
  const due = await context.store.takeCallbacks(now, { most: AT_ONCE, leaseMs: LEASE_MS })
  await Promise.all(due.map((callback) => sendOne(context, post, callback)))
  return due.length
}

const sendOne = async (
  context: Context,
  post: PostCallback,
  callback: StoredCallback,
): Promise<void> => {
  const request = await context.store.request(callback.requestId)
  const agent = request && (await context.directory.agent(request.agentId))
  const secret = agent?.callbacks?.secret
  // The agent is registered no more, or for no callbacks: nobody is there to be told.
  if (!request || secret === undefined) return context.store.settleCallback(callback, {})
  const now = context.clock.now()
  const task = await context.store.task(request.taskId)
  const { status } = viewRequest(request, task, now)
  const body = JSON.stringify({
    id: callback.id,
    type: `jit.request.${status === 'task_ended' ? 'expired' : status}`,
    timestamp: new Date(now).toISOString(),
    data: {
      request_id: request.id,
      task_id: request.taskId,
      status: status === 'task_ended' ? 'expired' : status,
      ...(request.agentMessage !== undefined && { agent_message: request.agentMessage }),
    },
  })
  const timestamp = Math.floor(now / 1000)
  const headers = signCallback(secret, { id: callback.id, timestamp, body })
  const answered = await post(callback.url, { body, headers }).catch(() => 0)
  const done = answered >= 200 && answered < 300
  const pause = BACKOFF_MS[callback.attempts]
  const again = done || pause === undefined ? {} : { retryAt: context.clock.now() + pause }
  await context.store.settleCallback(callback, again)
}
