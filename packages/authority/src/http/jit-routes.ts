import { OperationError } from '../operation-error.ts'
import { approve } from '../operations/approve.ts'
import { completeTask } from '../operations/complete-task.ts'
import { deny } from '../operations/deny.ts'
import { evaluate } from '../operations/evaluate.ts'
import { listAllPending, listPending } from '../operations/list-pending.ts'
import { openTask } from '../operations/open-task.ts'
import { readStatus } from '../operations/read-status.ts'
import { redeem } from '../operations/redeem.ts'
import { requestPermission } from '../operations/request-permission.ts'
import { revokeRequest } from '../operations/revoke-request.ts'
import type { Call } from './call.ts'
import { bearerCaller } from './credentials.ts'
import {
  presentCompletion,
  presentEvaluation,
  presentPending,
  presentRequest,
  presentStatus,
  presentTask,
  presentToken,
} from './present.ts'
import { presentPage, presentWaiting } from './present-human.ts'
import { readJson } from './read-body.ts'

export const postTask = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const body = await readJson(request)
  const task = await openTask(context, {
    by,
    name: body.name,
    type: body.type,
    parentTaskId: body.parent_task_id,
    onBehalfOf: body.on_behalf_of,
  })
  return presentTask(task, (await context.directory.agent(task.agentId))?.name)
}

export const postRequest = async ({ context, request, base }: Call) => {
  const by = await bearerCaller(context, request)
  const body = await readJson(request)
  const view = await requestPermission(context, {
    by,
    taskId: body.task_id,
    details: body.authorization_details,
    justification: body.justification,
    ttlSeconds: body.requested_ttl,
    resource: body.resource,
    reuse: body.reuse,
    callbackUrl: body.callback_url,
    idempotencyKey: request.headers.get('idempotency-key'),
  })
  return presentRequest(context, view, base)
}

const readWait = (request: Request): number => {
  const text = new URL(request.url).searchParams.get('wait') ?? '0'
  if (/^\d{1,6}(\.\d{1,3})?$/.test(text)) return Number(text) * 1000
  throw new OperationError('invalid_request', '`wait` is no number of seconds.')
}

export const getStatus = async ({ context, request, base, id }: Call) => {
  const by = await bearerCaller(context, request)
  const { signal } = request
  const view = await readStatus(context, { by, requestId: id, waitMs: readWait(request), signal })
  return presentStatus(context, view, base)
}

export const postToken = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  return presentToken(await redeem(context, { by, requestId: id }))
}

export const postComplete = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  return presentCompletion(await completeTask(context, { by, taskId: id }))
}

export const postEvaluate = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  return presentEvaluation(await evaluate(context, { by, taskId: id }))
}

export const getPending = async ({ context, request }: Call) => {
  const by = await bearerCaller(context, request)
  const { searchParams } = new URL(request.url)
  const limit = searchParams.get('limit') ?? undefined
  const after = searchParams.get('after') ?? undefined
  // LumoAuth's programs send neither, and get all there is, oldest first.
  if (limit === undefined && after === undefined)
    return presentPending(await listAllPending(context, { by }))
  return presentPage(await listPending(context, { by, limit, after }), presentWaiting(context))
}

export const postApprove = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  const body = await readJson(request)
  const decided = await approve(context, {
    by,
    requestId: id,
    ttlSeconds: body.ttl,
    notes: body.notes,
    agentMessage: body.agent_message,
    details: body.authorization_details,
    reuse: body.reuse,
  })
  return { request_id: decided.id, status: 'approved', granted_ttl: decided.ttlSeconds }
}

export const postDeny = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  const body = await readJson(request)
  const decided = await deny(context, {
    by,
    requestId: id,
    reason: body.reason,
    agentMessage: body.agent_message,
  })
  return { request_id: decided.id, status: 'denied' }
}

export const postRevokeRequest = async ({ context, request, id }: Call) => {
  const by = await bearerCaller(context, request)
  const revoked = await revokeRequest(context, { by, requestId: id })
  return { request_id: revoked.id, status: 'revoked' }
}
