import {
  type Authority,
  type AuthorityCapabilities,
  type Decision,
  type Grant,
  type PermissionRequest,
  Secret,
} from '@lumojit/protocol'

export interface ScriptedAuthority extends Authority {
  readonly requests: readonly PermissionRequest[]
  readonly redeemed: readonly string[]
  readonly revoked: readonly string[]
  /** Ids of completed tasks. */
  readonly completed: readonly string[]
  /** Base tokens given out. */
  readonly bases: readonly string[]
}

export interface Script extends Partial<AuthorityCapabilities> {
  readonly id?: string
  readonly now?: () => number
  /** Milliseconds a grant lives. Default 600,000. */
  readonly lifeMs?: number
  /** What it says to the n-th request (from 0). Default: granted. */
  readonly decide?: (
    request: PermissionRequest,
    nth: number,
  ) => Exclude<Decision['status'], 'pending'>
  /** Members of the grant that differ from what was asked; `granted` and `reuse` are unstated by default. */
  readonly grant?: (request: PermissionRequest, nth: number) => Partial<Grant>
}

/**
 * An authority that says exactly what a test wants it to say, also what an honest one never would:
 * one that grants something else, states nothing, or speaks scope. Where honesty will do, tests use the real one.
 */
export function scriptedAuthority(script: Script = {}): ScriptedAuthority {
  const requests: PermissionRequest[] = []
  const redeemed: string[] = []
  const revoked: string[] = []
  const completed: string[] = []
  const bases: string[] = []
  const now = script.now ?? (() => Date.now())
  let tasks = 0
  const verdict = (requestId: string, request: PermissionRequest): Decision => {
    const ref = { taskId: 'task', requestId }
    const nth = Number(requestId.slice(1))
    return { status: script.decide?.(request, nth) ?? 'granted', ref }
  }
  return {
    id: script.id ?? 'https://scripted.example',
    requests,
    redeemed,
    revoked,
    completed,
    bases,
    capabilities: async () => ({
      manyDetails: script.manyDetails ?? true,
      scope: script.scope ?? false,
      bindsAudience: script.bindsAudience ?? true,
      tasks: script.tasks ?? 'server',
    }),
    openTask: async () => ({ id: `task-${++tasks}` }),
    completeTask: async (task) => {
      completed.push(task.id)
      return { taskId: task.id, revoked: 0, unrevoked: [] }
    },
    request: async (_task, request) => {
      requests.push(request)
      return verdict(`r${requests.length - 1}`, request)
    },
    status: async (ref) => {
      const request = requests[Number(ref.requestId.slice(1))]
      return request ? verdict(ref.requestId, request) : { status: 'denied', ref }
    },
    redeem: async (ref, request) => {
      const nth = redeemed.push(ref.requestId) - 1
      const names =
        request.permission.kind === 'scope' ? request.permission.scope.join('.') : 'details'
      return {
        ref,
        resource: request.resource,
        token: new Secret(`grant.${nth}.${names}`),
        scheme: 'Bearer',
        asked: request.permission,
        expiresAt: now() + (script.lifeMs ?? 600_000),
        ...script.grant?.(request, nth),
      }
    },
    revoke: async (grant) => {
      revoked.push(grant.token.reveal())
      return true
    },
    withdraw: async () => true,
    baseToken: async (_task, _options, resource) => {
      const value = `base.${bases.length}`
      if (resource.baseToken === 'none') return undefined
      bases.push(value)
      return new Secret(value)
    },
    stateKey: async () => new Uint8Array(32).fill(7),
  }
}
