import { exportAudit, verifyAudit } from '../operations/audit.ts'
import { createAgent } from '../operations/create-agent.ts'
import { endTask } from '../operations/end-task.ts'
import { endUserToken } from '../operations/end-user-token.ts'
import { listAgents } from '../operations/list-agents.ts'
import { listDeliveries } from '../operations/list-deliveries.ts'
import { listGrants } from '../operations/list-grants.ts'
import { listTasks } from '../operations/list-tasks.ts'
import { listWebhooks } from '../operations/list-webhooks.ts'
import { readRequest } from '../operations/read-request.ts'
import { readTask } from '../operations/read-task.ts'
import { resumeAgent } from '../operations/resume-agent.ts'
import { retryDelivery } from '../operations/retry-delivery.ts'
import { rotateAgent } from '../operations/rotate-agent.ts'
import { searchAudit } from '../operations/search-audit.ts'
import { signInForToken } from '../operations/sign-in-for-token.ts'
import { suspendAgent } from '../operations/suspend-agent.ts'
import { tryRules } from '../operations/try-rules.ts'
import type { Call } from './call.ts'
import { bearerCaller, bearerOf } from './credentials.ts'
import {
  moment,
  presentAgent,
  presentAudit,
  presentDelivery,
  presentGrant,
  presentPage,
  presentReading,
  presentTaskItem,
  presentTaskReading,
  presentWebhook,
} from './present-human.ts'
import { readJson } from './read-body.ts'

const query = (request: Request) => Object.fromEntries(new URL(request.url).searchParams)

const postSignIn = async ({ context, request }: Call) => {
  const body = await readJson(request)
  const signed = await signInForToken(context, {
    user: body.user,
    password: body.password,
    ttlSeconds: body.ttl,
  })
  return {
    access_token: signed.accessToken,
    token_type: 'Bearer',
    expires_in: signed.expiresIn,
    user: signed.user,
  }
}

const postSignOut = async ({ context, request }: Call) => {
  await bearerCaller(context, request)
  await endUserToken(context, { token: bearerOf(request) ?? '' })
  return {}
}

const getRequest = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  return presentReading(context, await readRequest(context, { by, requestId: id }))
}

const getTasks = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const { state, agent_id: agentId, limit, after } = query(request)
  return presentPage(
    await listTasks(context, { by, state, agentId, limit, after }),
    presentTaskItem,
  )
}

const getTask = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  return presentTaskReading(context, await readTask(context, { by, taskId: id }))
}

const postEndTask = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  const { reason } = await readJson(request)
  const { taskId, endedAt, revoked } = await endTask(context, { by, taskId: id, reason })
  return { task_id: taskId, ended_at: moment(endedAt), revoked }
}

const getGrants = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const { task_id: taskId, limit, after } = query(request)
  return presentPage(await listGrants(context, { by, taskId, limit, after }), presentGrant)
}

const getAudit = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  return presentPage(await searchAudit(context, { ...query(request), by }), presentAudit)
}

const getAuditVerify = async ({ context, request }: Call) =>
  verifyAudit(context, { by: await bearerCaller(context, request) })

const getAuditExport = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const { chain } = query(request)
  const lines = exportAudit(context, { by, ...(chain !== undefined && { chain }) })
  // The first line is fetched here, so that a refusal is one.
  const first = await lines.next()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.done) controller.close()
      else controller.enqueue(encoder.encode(`${first.value}\n`))
    },
    async pull(controller) {
      const { value, done } = await lines.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(`${value}\n`))
    },
  })
  return new Response(body, {
    headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
  })
}

const postRulesTest = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const body = await readJson(request)
  const verdict = await tryRules(context, {
    by,
    details: body.authorization_details,
    resource: body.resource,
    reuse: body.reuse,
    agentId: body.agent_id,
    onBehalfOf: body.on_behalf_of,
  })
  return { risk_level: verdict.risk, decision: verdict.decision }
}

const getAgents = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const { limit, after } = query(request)
  return presentPage(await listAgents(context, { by, limit, after }), presentAgent)
}

const postAgents = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const body = await readJson(request)
  const { agent, secret } = await createAgent(context, {
    by,
    agentId: body.agent_id,
    name: body.name,
    scope: body.scope,
    actsForUsers: body.acts_for_users,
  })
  return { agent: presentAgent(agent), client_id: agent.id, client_secret: secret }
}

const postRotate = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  const { overlap, compromised } = await readJson(request)
  const { agent, secret, oldWorksUntil } = await rotateAgent(context, {
    by,
    agentId: id,
    compromised,
    ...(overlap !== undefined && { overlapMs: Number(overlap) * 1000 }),
  })
  return {
    agent: presentAgent(agent),
    client_id: agent.id,
    client_secret: secret,
    old_works_until: moment(oldWorksUntil),
  }
}

const postSuspend = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  const { reason } = await readJson(request)
  const { agent, revoked } = await suspendAgent(context, { by, agentId: id, reason })
  return { agent: presentAgent(agent), revoked }
}

const postResume = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  return { agent: presentAgent((await resumeAgent(context, { by, agentId: id })).agent) }
}

const getWebhooks = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const items = await listWebhooks(context, { by })
  return presentPage({ items, total: items.length }, presentWebhook)
}

const getDeliveries = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const { state, limit, after } = query(request)
  return presentPage(await listDeliveries(context, { by, state, limit, after }), presentDelivery)
}

const postRetryDelivery = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  return presentDelivery(await retryDelivery(context, { by, deliveryId: id }))
}

/** The human's side, for programs of people: method, path, success status, and who answers. */
export const humanRoutes: readonly (readonly [
  'GET' | 'POST',
  string,
  number,
  (call: Call) => Promise<unknown>,
])[] = [
  ['POST', '/jit/sign-in', 200, postSignIn],
  ['POST', '/jit/sign-out', 200, postSignOut],
  ['GET', '/jit/requests/:id', 200, getRequest],
  ['GET', '/jit/tasks', 200, getTasks],
  ['GET', '/jit/tasks/:id', 200, getTask],
  ['POST', '/jit/tasks/:id/end', 200, postEndTask],
  ['GET', '/jit/grants', 200, getGrants],
  ['GET', '/jit/audit', 200, getAudit],
  ['GET', '/jit/audit/verify', 200, getAuditVerify],
  ['GET', '/jit/audit/export', 200, getAuditExport],
  ['POST', '/jit/rules/test', 200, postRulesTest],
  ['GET', '/jit/agents', 200, getAgents],
  ['POST', '/jit/agents', 201, postAgents],
  ['POST', '/jit/agents/:id/rotate', 200, postRotate],
  ['POST', '/jit/agents/:id/suspend', 200, postSuspend],
  ['POST', '/jit/agents/:id/resume', 200, postResume],
  ['GET', '/jit/webhooks', 200, getWebhooks],
  ['GET', '/jit/deliveries', 200, getDeliveries],
  ['POST', '/jit/deliveries/:id/retry', 200, postRetryDelivery],
]
