import {
  type Authority,
  AuthorityError,
  type Grant,
  type Io,
  type Permission,
  type Resource,
  Secret,
  type TaskOptions,
} from '@lumojit/protocol'
import { authenticateBearer } from './authenticate.ts'
import type { AgentCaller } from './caller.ts'
import { ConfigurationError } from './configuration-error.ts'
import type { Context } from './context.ts'
import { ownHosts } from './http/gatekeeper.ts'
import { createBaseTokens } from './in-process-base-tokens.ts'
import { asDecision } from './in-process-decision.ts'
import { asAuthorityError, isRefusal } from './in-process-errors.ts'
import { bindOperations } from './operations.ts'
import type { RequestView } from './request-status.ts'

type SubjectToken = NonNullable<TaskOptions['subjectToken']>

const audienceOf = (resource: Resource): string => resource.audience ?? resource.url

const detailsOf = (permission: Permission) => {
  if (permission.kind === 'details') return permission.details
  throw new AuthorityError('rejected', 'This authority grants authorization details, not scope.')
}

/** PORT Authority on the operations themselves: no HTTP, no polling. */
export const inProcessAuthority = (context: Context, agentId: string): Authority => {
  if (!context.directory.seeded(agentId))
    throw new ConfigurationError(`There is no agent "${agentId}".`, 'Name an agent of the options.')
  const by: AgentCaller = { agent: agentId }
  const client = { kind: 'agent', id: agentId } as const
  const operations = bindOperations(context)
  const hosts = ownHosts(context.configuration)
  const baseTokens = createBaseTokens(context, agentId)

  /** Runs one operation: an abort stays an abort, everything else becomes what the port promises. */
  const run = async <R>(signal: AbortSignal | undefined, work: () => Promise<R>): Promise<R> => {
    signal?.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      throw error instanceof AuthorityError ? error : asAuthorityError(error)
    }
  }
  /** Base tokens that a task got for its user, to end with it. */
  const delegated = new Map<string, Secret[]>()
  const exchange = async (subjectToken: SubjectToken, io: Io | undefined, resource?: string) => {
    const token = await subjectToken(io?.signal ? { signal: io.signal } : {})
    return operations.exchangeToken({ subjectToken: token, agentId, resource })
  }
  /** The agent itself, or the agent for the user of the task. */
  const caller = async (subjectToken: SubjectToken | undefined, io: Io | undefined) => {
    if (subjectToken !== undefined)
      return authenticateBearer(context, (await exchange(subjectToken, io)).accessToken)
    return by
  }
  const decision = (view: RequestView) => asDecision(context, view)

  return {
    id: context.configuration.issuer,
    owns: (url) => hosts.has(url.host),
    capabilities: async () => ({
      manyDetails: true,
      scope: false,
      bindsAudience: true,
      tasks: 'server',
    }),
    openTask: (options, io) =>
      run(io?.signal, async () => {
        const { name, type, parentTaskId, onBehalfOf } = options
        const as = await caller(options.subjectToken ?? io?.subjectToken, io)
        const task = await operations.openTask({ by: as, name, type, parentTaskId, onBehalfOf })
        const { id, expiresAt, subject } = task
        return { id, expiresAt, ...(subject !== undefined && { subject }) }
      }),
    completeTask: (task, _grants, io) =>
      run(io?.signal, async () => {
        const { revoked } = await operations.completeTask({ by, taskId: task.id })
        const bases = delegated.get(task.id) ?? []
        delegated.delete(task.id)
        for (const token of bases) await operations.revokeToken({ client, token: token.reveal() })
        return { taskId: task.id, revoked, unrevoked: [] }
      }),
    request: (task, request, io) =>
      run(io?.signal, async () => {
        try {
          const view = await operations.requestPermission({
            by: await caller(io?.subjectToken, io),
            taskId: task.id,
            details: detailsOf(request.permission),
            justification: request.justification,
            ttlSeconds: request.ttlSeconds,
            resource: audienceOf(request.resource),
            reuse: request.reuse,
            idempotencyKey: request.idempotencyKey,
            callbackUrl: request.callbackUrl,
          })
          return decision(view)
        } catch (error) {
          if (isRefusal(error, 'task_not_active')) return { status: 'task-ended' }
          throw error
        }
      }),
    status: (ref, io) =>
      run(io?.signal, async () => {
        const { waitMs, signal } = io ?? {}
        const wait = { ...(waitMs !== undefined && { waitMs }), ...(signal && { signal }) }
        return decision(await operations.readStatus({ by, requestId: ref.requestId, ...wait }))
      }),
    redeem: (ref, request, io) =>
      run(io?.signal, async () => {
        const { requestId } = ref
        try {
          const as = await caller(io?.subjectToken, io)
          const token = await operations.redeem({ by: as, requestId })
          return {
            ref,
            resource: request.resource,
            token: new Secret(token.accessToken),
            scheme: 'Bearer',
            asked: request.permission,
            granted: { kind: 'details', details: token.details },
            reuse: token.request.reuse,
            expiresAt: token.expiresAt * 1000 - skew(token.expiresIn),
          } satisfies Grant
        } catch (error) {
          if (!isRefusal(error, 'request_not_approved', 'request_not_redeemable')) throw error
          const now = decision(await operations.readStatus({ by, requestId }))
          if (now.status === 'granted') throw error
          return now
        }
      }),
    revoke: (grant, io) =>
      run(io?.signal, () => operations.revokeToken({ client, token: grant.token.reveal() })),
    withdraw: (ref, io) =>
      run(io?.signal, () =>
        operations.revokeRequest({ by, requestId: ref.requestId }).then(
          () => true,
          (error) => {
            if (isRefusal(error, 'invalid_state', 'request_not_found')) return false
            throw error
          },
        ),
      ),
    baseToken: (task, options, resource, io) =>
      run(io?.signal, async () => {
        if (resource.baseToken === 'none') return undefined
        const audience = resource.baseToken === 'shared' ? undefined : audienceOf(resource)
        const subjectToken = options.subjectToken ?? io?.subjectToken
        if (subjectToken) {
          const token = new Secret((await exchange(subjectToken, io, audience)).accessToken)
          delegated.set(task.id, [...(delegated.get(task.id) ?? []), token])
          return token
        }
        return baseTokens.get(audience, io?.fresh ?? false)
      }),
    stateKey: () => context.directory.stateKey(agentId),
    close: () => baseTokens.close(),
  }
}

/** Milliseconds a grant is given up early, so that it is not past its time on arrival. */
const skew = (seconds: number): number => Math.min(5_000, seconds * 100)
