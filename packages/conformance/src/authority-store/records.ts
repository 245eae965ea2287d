import type {
  AuthorityStore,
  Opening,
  StoredRequest,
  StoredTask,
  StoredToken,
} from '@lumojit/authority'
import { type AuthorizationDetails, canonical } from '@lumojit/protocol'

export const NOW = 1_000_000
export const END = NOW + 100_000
export const PENDING_UNTIL = NOW + 10_000
export const REDEEM_UNTIL = NOW + 50_000

export const suspendAt = { denials: 3, riskScore: 200 }

export const aTask = (id = 'task_1', more: Partial<StoredTask> = {}): StoredTask => ({
  id,
  agentId: 'agt_1',
  sessionId: `caep_${id}`,
  name: 'Q4',
  createdAt: NOW,
  expiresAt: END,
  state: 'active',
  denials: 0,
  refusals: 0,
  riskScore: 0,
  ...more,
})

export const READ: AuthorizationDetails = [
  { type: 'file_access', actions: ['read'], identifier: 'q4.pdf' },
]

export const aRequest = (id: string, more: Partial<StoredRequest> = {}): StoredRequest => {
  const details = more.details ?? READ
  return {
    id,
    taskId: 'task_1',
    agentId: 'agt_1',
    unit: `unit of ${id}`,
    keyed: true,
    details,
    canonical: canonical(details),
    reuse: 'once',
    justifications: [`${id} is needed`],
    risk: 'high',
    ttlSeconds: 300,
    createdAt: NOW,
    pendingUntil: PENDING_UNTIL,
    state: 'pending',
    redemptions: 0,
    ...more,
  }
}

export const aToken = (jti: string, more: Partial<StoredToken> = {}): StoredToken => ({
  jti,
  kind: 'jit',
  holder: 'agt_1',
  audience: 'https://api.example',
  taskId: 'task_1',
  requestId: 'jit_1',
  expiresAt: NOW + 60_000,
  ...more,
})

export const open = (
  store: AuthorityStore,
  request: StoredRequest,
  condition: Partial<Parameters<AuthorityStore['openRequest']>[1]> = {},
): Promise<Opening> =>
  store.openRequest(request, { at: NOW, maxOpen: 20, refusalsSeen: 0, suspendAt, ...condition })

export const approve = (store: AuthorityStore, id: string, at = NOW + 1) =>
  store.approve(id, {
    at,
    by: 'u_bob',
    reuse: 'once',
    granted: READ,
    ttlSeconds: 120,
    redeemUntil: REDEEM_UNTIL,
    notes: 'internal',
    agentMessage: 'once',
  })

export const deny = (store: AuthorityStore, id: string, at = NOW + 1) =>
  store.deny(id, { at, by: 'u_bob', suspendAt, agentMessage: 'no' })

/** A task with one approved request, `jit_1`. */
export const withApproved = async (store: AuthorityStore): Promise<void> => {
  await store.addTask(aTask())
  await open(store, aRequest('jit_1'))
  await approve(store, 'jit_1')
}

/** Alive as the authority judges it, from what the store tells. */
export const isAlive = async (store: AuthorityStore, jti: string, at: number): Promise<boolean> => {
  const found = await store.token(jti)
  if (!found) return false
  const { token, task, request, rooted } = found
  return (
    rooted &&
    token.revokedAt === undefined &&
    at < token.expiresAt &&
    (token.taskId === undefined || task?.state === 'active') &&
    (token.requestId === undefined ||
      (request?.state === 'approved' && request.liveToken?.jti === jti))
  )
}
