import type { StoredRequest, StoredTask } from './records.ts'

/** How a request stands now. Only `approved` can be redeemed. */
export type RequestStatus = 'pending' | 'approved' | 'denied' | 'expired' | 'revoked' | 'task_ended'

export interface RequestView {
  readonly request: StoredRequest
  readonly status: RequestStatus
}

/** What is stored says what was decided; time and the task say whether that still counts. */
export const viewRequest = (
  request: StoredRequest,
  task: StoredTask | undefined,
  now: number,
): RequestView => ({ request, status: statusOf(request, task, now) })

const statusOf = (
  request: StoredRequest,
  task: StoredTask | undefined,
  now: number,
): RequestStatus => {
  if (request.state === 'denied' || request.state === 'revoked') return request.state
  if (task?.state !== 'active' || now >= task.expiresAt) return 'task_ended'
  const until = request.state === 'pending' ? request.pendingUntil : (request.redeemUntil ?? 0)
  return now < until ? request.state : 'expired'
}
