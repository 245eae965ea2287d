import { createHash } from 'node:crypto'
import type { StoredRequest, StoredTask, StoredToken, SuspensionCause } from '../records.ts'
import { type RiskLevel, riskRank } from '../rules.ts'
import type { RequestRow, TaskRow, TokenRow } from './schema.ts'

export const hashOf = (text: string): string =>
  createHash('sha256').update(JSON.stringify(text)).digest('base64url')

const optional = <K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } =>
  (value === null || value === undefined ? {} : { [key]: value }) as { [P in K]?: V }

export const toTaskRow = (task: StoredTask): TaskRow => {
  const { name, type, parentTaskId, onBehalfOf, subject } = task
  return {
    id: task.id,
    agent_id: task.agentId,
    session_id: task.sessionId,
    labels: JSON.stringify({ name, type, parentTaskId, onBehalfOf, subject }),
    created_at: task.createdAt,
    expires_at: task.expiresAt,
    state: task.state,
    ended_at: task.endedAt ?? null,
    ended_because: task.endedBecause ?? null,
    denials: task.denials,
    refusals: task.refusals,
    risk_score: task.riskScore,
    requests: 0,
  }
}

export const toTask = (row: TaskRow): StoredTask => ({
  id: row.id,
  agentId: row.agent_id,
  sessionId: row.session_id,
  ...JSON.parse(row.labels),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  state: row.state,
  ...optional('endedAt', row.ended_at),
  ...optional('endedBecause', row.ended_because as SuspensionCause | null),
  denials: row.denials,
  refusals: row.refusals,
  riskScore: row.risk_score,
})

export const toRequestRow = (request: StoredRequest, place: number): RequestRow => {
  const { unit, details, canonical, resource, callbackUrl, notes, agentMessage } = request
  return {
    id: request.id,
    task_id: request.taskId,
    agent_id: request.agentId,
    unit_hash: hashOf(unit),
    question: JSON.stringify({ unit, details, canonical, resource, callbackUrl }),
    place,
    keyed: request.keyed ? 1 : 0,
    reuse: request.reuse,
    justifications: JSON.stringify(request.justifications),
    risk: request.risk,
    ttl_seconds: request.ttlSeconds,
    created_at: request.createdAt,
    pending_until: request.pendingUntil,
    state: request.state,
    decided_at: request.decidedAt ?? null,
    decided_by: request.decidedBy ?? null,
    granted: request.granted === undefined ? null : JSON.stringify(request.granted),
    redeem_until: request.redeemUntil ?? null,
    review: JSON.stringify({ notes, agentMessage }),
    sticks: request.sticks === undefined ? null : Number(request.sticks),
    canonical_hash: hashOf(canonical),
    redemptions: request.redemptions,
    live_jti: request.liveToken?.jti ?? null,
    live_until: request.liveToken?.expiresAt ?? null,
    risk_rank: riskRank(request.risk),
    waiting: request.state === 'pending' ? 1 : 0,
  }
}

export const toRequest = (row: RequestRow): StoredRequest => ({
  id: row.id,
  taskId: row.task_id,
  agentId: row.agent_id,
  ...JSON.parse(row.question),
  keyed: row.keyed === 1,
  reuse: row.reuse,
  justifications: JSON.parse(row.justifications),
  risk: row.risk as RiskLevel,
  ttlSeconds: row.ttl_seconds,
  createdAt: row.created_at,
  pendingUntil: row.pending_until,
  state: row.state,
  ...optional('decidedAt', row.decided_at),
  ...optional('decidedBy', row.decided_by),
  ...optional('granted', row.granted === null ? null : JSON.parse(row.granted)),
  ...optional('redeemUntil', row.redeem_until),
  ...JSON.parse(row.review),
  ...optional('sticks', row.sticks === null ? null : row.sticks === 1),
  redemptions: row.redemptions,
  ...(row.live_jti !== null && {
    liveToken: { jti: row.live_jti, expiresAt: row.live_until ?? 0 },
  }),
})

export const toTokenRow = (token: StoredToken): TokenRow => ({
  jti: token.jti,
  kind: token.kind,
  holder: token.holder,
  audience: token.audience,
  task_id: token.taskId ?? null,
  request_id: token.requestId ?? null,
  root: token.root ?? null,
  expires_at: token.expiresAt,
  revoked_at: token.revokedAt ?? null,
})

export const toToken = (row: TokenRow): StoredToken => ({
  jti: row.jti,
  kind: row.kind as StoredToken['kind'],
  holder: row.holder,
  audience: row.audience,
  ...optional('taskId', row.task_id),
  ...optional('requestId', row.request_id),
  ...optional('root', row.root),
  expiresAt: row.expires_at,
  ...optional('revokedAt', row.revoked_at),
})
