import { signCallback } from './callback-signature.ts'
import { callbackTopic } from './changes.ts'
import type { Context } from './context.ts'
import { OperationError } from './operation-error.ts'
import type { PostCallback } from './post-callback.ts'
import type { StoredCallback } from './records.ts'
import { viewRequest } from './request-status.ts'

/** Milliseconds before each further attempt: eight in about a day, then it is given up. */
const BACKOFF_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000, 14_400_000, 43_200_000]
const LEASE_MS = 30_000
const AT_ONCE = 20
/** What is due by time alone (a question that ran out) is looked for this often. */
const LOOK_MS = 5_000

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
const sendCallbacks = async (context: Context, post: PostCallback): Promise<number> => {
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

/** Goes on sending until the authority closes. */
export const keepSendingCallbacks = async (context: Context, post: PostCallback): Promise<void> => {
  const { closing, clock, changes } = context
  while (!closing.aborted) {
    const watch = changes.watch([callbackTopic])
    const done = new AbortController()
    const stop = () => done.abort()
    closing.addEventListener('abort', stop, { once: true })
    try {
      if ((await sendCallbacks(context, post)) === 0)
        await Promise.race([watch.changed, clock.sleep(LOOK_MS, done.signal).catch(() => {})])
    } catch {
      // The store is busy or gone for a moment; what is due stays due.
      await clock.sleep(LOOK_MS, done.signal).catch(() => {})
    } finally {
      closing.removeEventListener('abort', stop)
      done.abort()
      watch.stop()
    }
  }
}
