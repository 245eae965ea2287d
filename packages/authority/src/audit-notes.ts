import type { Json } from '@lumojit/protocol'
import type { AuditNote } from './audit-chain.ts'
import type {
  ChainHead,
  StoredAgent,
  StoredDelivery,
  StoredKey,
  StoredRequest,
  StoredSession,
  StoredTask,
  StoredToken,
} from './records.ts'

/** Only members that are there: an absent one and an undefined one must hash alike. */
const present = (members: Readonly<Record<string, unknown>>): Json =>
  JSON.parse(JSON.stringify(members))

const agent = (id: string): string => `agent:${id}`
const user = (id: string): string => `user:${id}`

/** What each change of a task leaves in its chain. Tokens are named by their `jti`; notes stay internal to the operator. */
export const auditNotes = {
  taskOpened: (task: StoredTask): AuditNote => ({
    chain: task.id,
    at: task.createdAt,
    kind: 'task.opened',
    by: agent(task.agentId),
    data: present({
      name: task.name,
      type: task.type,
      parent: task.parentTaskId,
      on_behalf_of: task.onBehalfOf,
      subject: task.subject,
      expires_at: task.expiresAt,
    }),
  }),
  taskEnded: (task: StoredTask, by: string, killed: number, reason?: string): AuditNote => ({
    chain: task.id,
    at: task.endedAt ?? task.expiresAt,
    kind: `task.${task.state}`,
    by,
    data: present({
      because: task.endedBecause,
      reason,
      denials: task.denials,
      risk_score: task.riskScore,
      tokens_revoked: killed,
    }),
  }),
  requestOpened: (request: StoredRequest): AuditNote => ({
    chain: request.taskId,
    at: request.createdAt,
    kind: 'request.opened',
    by: agent(request.agentId),
    data: present({
      request: request.id,
      state: request.state,
      risk: request.risk,
      reuse: request.reuse,
      resource: request.resource,
      details: request.details,
      justification: request.justifications[0],
    }),
  }),
  requestJoined: (request: StoredRequest, at: number): AuditNote => ({
    chain: request.taskId,
    at,
    kind: 'request.joined',
    by: agent(request.agentId),
    data: present({ request: request.id, justification: request.justifications.at(-1) }),
  }),
  requestDecided: (request: StoredRequest, at: number): AuditNote => ({
    chain: request.taskId,
    at,
    kind: `request.${request.state}`,
    by: decider(request),
    data: present({
      request: request.id,
      granted: request.granted,
      reuse: request.state === 'approved' ? request.reuse : undefined,
      ttl: request.state === 'approved' ? request.ttlSeconds : undefined,
      sticks: request.sticks,
      notes: request.notes,
      agent_message: request.agentMessage,
    }),
  }),
  tokenIssued: (token: StoredToken, at: number): AuditNote => ({
    chain: token.taskId ?? '',
    at,
    kind: 'token.issued',
    by: agent(token.holder),
    data: present({
      request: token.requestId,
      jti: token.jti,
      audience: token.audience,
      expires_at: token.expiresAt,
    }),
  }),
  tokenRevoked: (token: StoredToken, at: number): AuditNote => ({
    chain: token.taskId ?? '',
    at,
    kind: 'token.revoked',
    by: agent(token.holder),
    data: present({ request: token.requestId, jti: token.jti }),
  }),
  /** What a chain ended with that is kept no longer: anchors go on pinning it. */
  taskSwept: ({ chain, sequence, hash }: ChainHead, at: number): AuditNote => ({
    chain: 'retention',
    at,
    kind: 'task.swept',
    by: 'authority',
    data: { task: chain, sequence, hash },
  }),
  agentCreated: (created: StoredAgent, by: string): AuditNote => ({
    chain: agent(created.id),
    at: created.createdAt,
    kind: 'agent.created',
    by,
    data: present({ name: created.name, scope: created.scope }),
  }),
  agentRotated: (
    { id }: StoredAgent,
    change: { readonly at: number; readonly by: string; readonly previousUntil: number },
    killed: number,
  ): AuditNote => ({
    chain: agent(id),
    at: change.at,
    kind: 'agent.rotated',
    by: change.by,
    data: present({ previous_until: change.previousUntil, tokens_revoked: killed }),
  }),
  agentSuspended: (
    { id }: StoredAgent,
    change: { readonly at: number; readonly by: string; readonly reason?: string },
    killed: number,
  ): AuditNote => ({
    chain: agent(id),
    at: change.at,
    kind: 'agent.suspended',
    by: change.by,
    data: present({ reason: change.reason, tokens_revoked: killed }),
  }),
  agentResumed: (id: string, at: number, by: string): AuditNote => ({
    chain: agent(id),
    at,
    kind: 'agent.resumed',
    by,
    data: {},
  }),
  sessionOpened: ({ key, userId, method, openedAt, endsAt }: StoredSession): AuditNote => ({
    chain: user(userId),
    at: openedAt,
    kind: 'session.opened',
    by: user(userId),
    data: present({ session: key, method, ends_at: endsAt }),
  }),
  sessionEnded: ({ key, userId }: StoredSession, at: number): AuditNote => ({
    chain: user(userId),
    at,
    kind: 'session.ended',
    by: user(userId),
    data: present({ session: key }),
  }),
  passwordSet: (userId: string, at: number, by: string, ended: number): AuditNote => ({
    chain: user(userId),
    at,
    kind: 'password.set',
    by,
    data: present({ sessions_ended: ended }),
  }),
  linkMade: (userId: string, at: number, expiresAt: number): AuditNote => ({
    chain: user(userId),
    at,
    kind: 'link.made',
    by: 'authority',
    data: present({ expires_at: expiresAt }),
  }),
  /** What was tried for a name that nobody has is not kept: it may be a password. */
  signInRefused: (userId: string | undefined, at: number): AuditNote => ({
    chain: userId === undefined ? 'sign-in' : user(userId),
    at,
    kind: 'sign-in.refused',
    by: userId === undefined ? 'nobody' : user(userId),
    data: {},
  }),
  /** `method`: how the person proved who they are; `vouched`: whoever runs the authority said so. */
  userTokenIssued: (token: StoredToken, at: number, method: string): AuditNote => ({
    chain: user(token.holder),
    at,
    kind: 'user-token.issued',
    by: method === 'vouched' ? 'authority' : user(token.holder),
    data: present({ kind: token.kind, jti: token.jti, method, expires_at: token.expiresAt }),
  }),
  userTokenEnded: (token: StoredToken, at: number): AuditNote => ({
    chain: user(token.holder),
    at,
    kind: 'user-token.ended',
    by: user(token.holder),
    data: present({ jti: token.jti }),
  }),
  /** Told in the chain of who did it: a delivery has none of its own. */
  deliveryRetried: ({ id, url, event }: StoredDelivery, at: number, userId: string): AuditNote => ({
    chain: user(userId),
    at,
    kind: 'delivery.retried',
    by: user(userId),
    data: present({ delivery: id, url, event }),
  }),
  keyAdded: ({ generation, jwk, signsFrom }: StoredKey, at: number, by: string): AuditNote => ({
    chain: 'keys',
    at,
    kind: 'key.added',
    by,
    data: present({ generation, kid: jwk.kid, signs_from: signsFrom }),
  }),
}

/** An agent takes its own requests back; everything else that is decided afterwards, a person decides. */
const decider = ({ decidedBy, agentId, sticks, state }: StoredRequest): string => {
  if (decidedBy === undefined) return 'authority'
  return state === 'revoked' && !sticks && decidedBy === agentId
    ? agent(agentId)
    : `user:${decidedBy}`
}
