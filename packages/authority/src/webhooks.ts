import { signCallback } from './callback-signature.ts'
import type { Context } from './context.ts'
import type { PostCallback } from './post-callback.ts'
import type { StoredDelivery } from './records.ts'
import { viewRequest } from './request-status.ts'
import { AT_ONCE, BACKOFF_MS, LEASE_MS } from './sending.ts'

/** How to reach a webhook: one that may be private is not held to public addresses. */
export type PostWebhook = (allowPrivate: boolean) => PostCallback

/** What is told of a request: what a person needs to come and look. Nothing an agent wrote freely is among it. */
const aboutRequest = async (context: Context, requestId: string) => {
  const request = await context.store.request(requestId)
  if (!request) return {}
  const task = await context.store.task(request.taskId)
  const ref = { taskId: request.taskId, requestId }
  const { status } = viewRequest(request, task, context.clock.now())
  return {
    agent_id: request.agentId,
    status: status === 'task_ended' ? 'expired' : status,
    risk_level: request.risk,
    types: [...new Set(request.details.map(({ type }) => type))],
    approval_uri: context.configuration.approvalUri?.(ref),
  }
}

const bodyOf = async (context: Context, delivery: StoredDelivery): Promise<string> =>
  JSON.stringify({
    id: delivery.id,
    type: delivery.event,
    timestamp: new Date(delivery.at).toISOString(),
    data: {
      request_id: delivery.requestId,
      task_id: delivery.taskId,
      agent_id: delivery.agentId,
      ...(delivery.requestId !== undefined && (await aboutRequest(context, delivery.requestId))),
    },
  })

const sendOne = async (
  context: Context,
  post: PostWebhook,
  delivery: StoredDelivery,
): Promise<void> => {
  const hook = context.configuration.webhooks.find(({ url }) => url === delivery.url)
  // It is configured no more: nobody is there to be told, and that is to be seen.
  if (!hook) return context.store.settleDelivery(delivery, { status: 0, delivered: false })
  const body = await bodyOf(context, delivery)
  const timestamp = Math.floor(context.clock.now() / 1000)
  const headers = signCallback(hook.secret, { id: delivery.id, timestamp, body })
  const status = await post(hook.allowPrivate)(hook.url, { body, headers }).catch(() => 0)
  const delivered = status >= 200 && status < 300
  const pause = BACKOFF_MS[delivery.attempts]
  const again = pause === undefined ? {} : { retryAt: context.clock.now() + pause }
  await context.store.settleDelivery(delivery, { status, delivered, ...again })
}

/** Sends what is due, once around. Any 2xx is an answer; anything else is tried again, then given up and kept. */
export const sendDeliveries = async (context: Context, post: PostWebhook): Promise<number> => {
  const now = context.clock.now()
  const due = await context.store.takeDeliveries(now, { most: AT_ONCE, leaseMs: LEASE_MS })
  await Promise.all(due.map((delivery) => sendOne(context, post, delivery)))
  return due.length
}
