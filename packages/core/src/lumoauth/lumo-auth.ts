import {
  type Authority,
  AuthorityError,
  type Decision,
  type Grant,
  type Io,
  type Json,
  type PermissionRequest,
  type RequestRef,
} from '@lumojit/protocol'
import type { Answer } from './answer.ts'
import { completeTask } from './complete-task.ts'
import { Credentials, type Delegation } from './credentials.ts'
import { readDecision, readId } from './decision.ts'
import { readGrant } from './grant.ts'
import { type Call, send } from './http.ts'
import { revokeToken, withToken } from './oauth-calls.ts'
import { type Offers, readOffers } from './offers.ts'
import { type LumoAuthOptions, readOptions } from './options.ts'
import { orAbort } from './or-abort.ts'
import { ownsUrl, pathSegment } from './paths.ts'
import { malformed, refused, saysTaskEnded } from './refused.ts'
import { localTime } from './server-time.ts'
import { deriveStateKey } from './state-key.ts'
import type { Minted } from './token-slot.ts'

/** LumoAuth approves for no longer than this. */
const MAX_TTL_SECONDS = 900
/** Longest poll asked for; proxies cut idle connections soon after. */
const MAX_WAIT_SECONDS = 25

/**
 * LumoAuth, or whatever speaks its wire, as the authority of an agent. Sends nothing before the
 * first call. Throws `LumojitError` (`CONFIG_INVALID`, `INSECURE_URL`) on options that cannot work.
 */
export function lumoAuth(options: LumoAuthOptions = {}): Authority {
  const settings = readOptions(options)
  const { clock, base } = settings
  const credentials = new Credentials(settings)
  let offers: Promise<Offers> | undefined
  /** Tokens a failed `close` could not end; the next one tries again. */
  let leftOver: readonly Minted[] = []

  const readOffersOnce = (io: Io): Promise<Offers> => {
    const asked = offers ?? readOffers(settings)
    offers = asked
    // Only an answer is worth keeping.
    asked.catch(() => {
      if (offers === asked) offers = undefined
    })
    return orAbort(asked, io.signal)
  }
  const callAs = (delegation: Delegation | undefined, call: Call, io: Io): Promise<Answer> =>
    withToken(credentials.bearer(delegation, io.signal), (token) =>
      send(settings, { ...call, token }, io),
    )
  const call = (taskId: string, what: Call, io: Io): Promise<Answer> =>
    callAs(credentials.delegation(taskId, io.subjectToken), what, io)

  async function status(ref: RequestRef, io: Io & { waitMs?: number } = {}): Promise<Decision> {
    const seconds = Math.min(Math.floor((io.waitMs ?? 0) / 1000), MAX_WAIT_SECONDS)
    const wait = seconds > 0 && (await readOffersOnce(io)).wait
    const path = `${requestPath(ref)}/status${wait ? `?wait=${seconds}` : ''}`
    const waitMs = wait ? seconds * 1000 : 0
    const answer = await call(ref.taskId, { method: 'GET', path, repeats: 2, waitMs }, io)
    if (answer.ok) return readDecision(settings, answer, ref)
    if (saysTaskEnded(answer)) return { status: 'task-ended', ref }
    if (answer.status === 404) return { status: 'expired', ref }
    throw refused(answer)
  }

  /** No task, so nobody else will. */
  async function giveBack({ own }: Delegation): Promise<void> {
    for (const { token } of await own.end()) await revokeToken(settings, token).catch(() => false)
  }

  return {
    id: base,
    owns: (url) => ownsUrl(settings.host, settings.org, url),
    stateKey: () => deriveStateKey(settings.clientSecret),
    capabilities: async (io = {}) => (await readOffersOnce(io)).capabilities,
    status,

    async openTask(task, io = {}) {
      const subjectToken = task.subjectToken ?? io.subjectToken
      const delegation = subjectToken && credentials.delegate(subjectToken)
      const json = {
        ...(task.name && { name: task.name }),
        ...(task.type && { type: task.type }),
        ...(task.parentTaskId && { parent_task_id: task.parentTaskId }),
        ...(task.onBehalfOf && { on_behalf_of: task.onBehalfOf }),
      }
      try {
        const answer = await callAs(delegation, { method: 'POST', path: '/jit/task', json }, io)
        if (!answer.ok) throw refused(answer)
        const { on_behalf_of: subject, expires_at } = answer.body
        const id = readId(answer, 'task_id')
        const expiresAt = localTime(expires_at, answer.headers, clock.now())
        if (delegation) credentials.adopt(id, delegation)
        return {
          id,
          ...(typeof subject === 'string' && subject && { subject }),
          ...(expiresAt !== undefined && { expiresAt }),
        }
      } catch (error) {
        if (delegation) void giveBack(delegation)
        throw error
      }
    },

    async request(task, request, io = {}) {
      const { capabilities, reuse } = await readOffersOnce(io)
      const { url, audience = url } = request.resource
      const json = {
        task_id: task.id,
        authorization_details: wireDetails(request, capabilities.manyDetails),
        justification: request.justification,
        requested_ttl: Math.min(request.ttlSeconds, MAX_TTL_SECONDS),
        ...(capabilities.bindsAudience && { resource: audience }),
        ...(reuse && { reuse: request.reuse }),
        ...(request.callbackUrl && { callback_url: request.callbackUrl }),
      }
      // Without the key a repeat after a lost answer might open a second request.
      const once = reuse
        ? { headers: { 'idempotency-key': request.idempotencyKey }, repeats: 1 }
        : {}
      const answer = await call(
        task.id,
        { method: 'POST', path: '/jit/request', json, ...once },
        io,
      )
      if (answer.ok) {
        const requestId = readId(answer, 'request_id')
        return readDecision(settings, answer, { taskId: task.id, requestId })
      }
      const gone = answer.status === 400 || answer.status === 404
      if (gone && saysTaskEnded(answer)) return { status: 'task-ended' }
      throw refused(answer)
    },

    async redeem(ref, request, io = {}): Promise<Grant | Exclude<Decision, { status: 'granted' }>> {
      const path = `${requestPath(ref)}/token`
      const answer = await call(ref.taskId, { method: 'POST', path, repeats: 1 }, io)
      if (answer.ok) return readGrant(settings, answer, ref, request)
      const ended = { status: saysTaskEnded(answer) ? 'task-ended' : 'expired', ref } as const
      if (answer.status === 404 || (ended.status === 'task-ended' && answer.status === 400))
        return ended
      if (answer.status !== 403) throw refused(answer)
      const decision = await status(ref, io)
      // Approved and yet no token: the time to fetch it is over, or the task is.
      return decision.status === 'granted' ? ended : decision
    },

    revoke: (grant, io) => revokeToken(settings, grant.token, io),

    async withdraw(ref, io = {}) {
      if (!(await readOffersOnce(io)).withdraw) return false
      const path = `/jit/revoke/${idSegment(ref)}`
      return (await call(ref.taskId, { method: 'POST', path, repeats: 1 }, io)).ok
    },

    baseToken: async (task, { subjectToken }, resource, io = {}) =>
      credentials.base(
        credentials.delegation(task.id, subjectToken ?? io.subjectToken),
        resource,
        io,
      ),

    completeTask: (task, grants, io = {}) => completeTask(settings, credentials, task, grants, io),

    async close(io) {
      const dying = [...leftOver, ...(await credentials.endAll(io?.signal))]
      leftOver = []
      let failure: unknown
      for (const minted of dying) {
        try {
          await revokeToken(settings, minted.token, io)
        } catch (error) {
          failure ??= error
          leftOver = [...leftOver, minted]
        }
      }
      if (failure !== undefined) throw failure
    },
  }
}

function requestPath(ref: RequestRef): string {
  return `/jit/request/${idSegment(ref)}`
}

function idSegment({ requestId }: RequestRef): string {
  const segment = pathSegment(requestId)
  if (segment) return segment
  throw malformed('The request has no usable id.')
}

/** One object goes as an object, as every client of LumoAuth sends it; several only where that is said to work. */
function wireDetails({ permission }: PermissionRequest, many: boolean): Json {
  const details = permission.kind === 'details' ? permission.details : []
  const [first, ...others] = details
  if (first && (many || others.length === 0)) return (others.length ? details : first) as Json
  throw new AuthorityError(
    'rejected',
    first ? 'LumoAuth takes one detail a request.' : 'LumoAuth takes no scope requests.',
    { fix: 'Let the API challenge with a single authorization detail.' },
  )
}
