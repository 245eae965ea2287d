import type { AuthorizationDetails } from '@lumojit/protocol'
import type { StoredEvent, StoredRequest, StoredTask, StoredToken } from './records.ts'
import type { AuthorityStore, Transition } from './store.ts'

/** After this long past its end nothing asks for a task any more. */
const KEEP_MS = 24 * 3_600_000
/** Additions between two sweeps. */
const SWEEP_EVERY = 1_000
/** A guard's clock may be this far behind: the feed speaks of a token this much longer. */
const SKEW_MS = 60_000

/** The store of one process. Each method runs in one turn of the event loop, so each is atomic. */
export const memoryStore = (): AuthorityStore => {
  const tasks = new Map<string, StoredTask>()
  const requests = new Map<string, StoredRequest>()
  const requestsOf = new Map<string, string[]>()
  const tokens = new Map<string, StoredToken>()
  /** Unit to the id of its latest request. */
  const units = new Map<string, string>()
  let events: StoredEvent[] = []
  let sequence = 0
  let additions = 0

  const taskIsActive = (id: string, at: number): boolean => {
    const task = tasks.get(id)
    return task?.state === 'active' && at < task.expiresAt
  }
  const isOpen = (request: StoredRequest, at: number): boolean =>
    request.state === 'pending' && at < request.pendingUntil && taskIsActive(request.taskId, at)
  const ofTask = (id: string): StoredRequest[] =>
    (requestsOf.get(id) ?? []).flatMap((each) => requests.get(each) ?? [])
  const tellRevoked = (jti: string, until: number) => {
    events.push({ sequence: ++sequence, kind: 'revoked', subject: jti, until: until + SKEW_MS })
  }
  const put = (request: StoredRequest): StoredRequest => {
    requests.set(request.id, request)
    return structuredClone(request)
  }
  const lost = (request: StoredRequest | undefined): Transition => ({
    won: false,
    ...(request && { request: structuredClone(request) }),
  })
  /** The request without its token, which is dead and told so. */
  const disarm = (request: StoredRequest, at: number): StoredRequest => {
    const { liveToken, ...rest } = request
    const token = liveToken && tokens.get(liveToken.jti)
    if (token && token.revokedAt === undefined && at < token.expiresAt) {
      tokens.set(token.jti, { ...token, revokedAt: at })
      tellRevoked(token.jti, token.expiresAt)
    }
    return rest
  }

  const sweep = (at: number) => {
    if (++additions % SWEEP_EVERY !== 0) return
    for (const [jti, token] of tokens) if (token.expiresAt <= at) tokens.delete(jti)
    events = events.filter((event) => event.until > at)
    for (const [id, task] of tasks) {
      if ((task.endedAt ?? task.expiresAt) + KEEP_MS > at) continue
      for (const request of ofTask(id)) {
        requests.delete(request.id)
        units.delete(request.unit)
      }
      requestsOf.delete(id)
      tasks.delete(id)
    }
  }

  return {
    async addTask(task) {
      sweep(task.createdAt)
      tasks.set(task.id, structuredClone(task))
    },
    async task(id) {
      return structuredClone(tasks.get(id))
    },
    async endTask(id, { state, at }) {
      const task = tasks.get(id)
      if (task?.state !== 'active')
        return { won: false, killed: 0, ...(task && { task: structuredClone(task) }) }
      const ends = ofTask(id).flatMap(({ liveToken }) => {
        const token = liveToken && tokens.get(liveToken.jti)
        return token && token.revokedAt === undefined ? [token.expiresAt] : []
      })
      const ended: StoredTask = { ...task, state, endedAt: at }
      tasks.set(id, ended)
      const until = Math.max(0, ...ends) + SKEW_MS
      events.push({ sequence: ++sequence, kind: 'task-ended', subject: id, until })
      return {
        won: true,
        killed: ends.filter((end) => at < end).length,
        task: structuredClone(ended),
      }
    },

    async openRequest(candidate, { at, maxOpen, refusalsSeen }) {
      if (!taskIsActive(candidate.taskId, at)) return { kind: 'task-not-active' }
      const known = requests.get(units.get(candidate.unit) ?? '')
      if (known && isJoinable(known, at, isOpen(known, at))) {
        const texts = known.justifications
        const added = candidate.justifications.filter((text) => !texts.includes(text))
        const joined = { ...known, justifications: [...texts, ...added].slice(0, 5) }
        return { kind: 'joined', request: put(joined) }
      }
      if (tasks.get(candidate.taskId)?.refusals !== refusalsSeen) return { kind: 'changed' }
      if (candidate.state === 'pending') {
        const open = ofTask(candidate.taskId).filter((request) => isOpen(request, at))
        if (open.length >= maxOpen) return { kind: 'too-many' }
      }
      sweep(at)
      units.set(candidate.unit, candidate.id)
      const siblings = requestsOf.get(candidate.taskId)
      if (siblings) siblings.push(candidate.id)
      else requestsOf.set(candidate.taskId, [candidate.id])
      return { kind: 'opened', request: put(structuredClone(candidate)) }
    },
    async request(id) {
      return structuredClone(requests.get(id))
    },
    async pending(at) {
      return structuredClone([...requests.values()].filter((request) => isOpen(request, at)))
    },
    async refused(taskId) {
      const details: AuthorizationDetails[] = ofTask(taskId).flatMap((request) =>
        request.sticks ? [structuredClone(request.granted ?? request.details)] : [],
      )
      return { count: tasks.get(taskId)?.refusals ?? 0, details }
    },
    async approve(id, { at, by, ...decision }) {
      const request = requests.get(id)
      if (!request || !isOpen(request, at)) return lost(request)
      const decided = { ...request, ...structuredClone(decision), decidedAt: at, decidedBy: by }
      return { won: true, request: put({ ...decided, state: 'approved' }) }
    },
    async deny(id, { at, by, ...decision }) {
      const request = requests.get(id)
      const task = tasks.get(request?.taskId ?? '')
      if (!request || !task || !isOpen(request, at)) return lost(request)
      tasks.set(task.id, { ...task, denials: task.denials + 1 })
      const decided = { ...request, ...decision, decidedAt: at, decidedBy: by }
      return { won: true, request: put({ ...decided, state: 'denied' }) }
    },
    async revokeRequest(id, { at, by, sticks }) {
      const request = requests.get(id)
      const task = tasks.get(request?.taskId ?? '')
      const revocable = (each: StoredRequest) =>
        each.state === 'pending' ||
        each.state === 'approved' ||
        (sticks && each.state === 'revoked' && !each.sticks)
      if (!request || !task || !revocable(request)) return lost(request)
      const ending = sticks
        ? ofTask(task.id).filter((each) => each.canonical === request.canonical && revocable(each))
        : [request]
      for (const each of ending) {
        const end = { ...disarm(each, at), decidedAt: at, decidedBy: by, sticks }
        requests.set(each.id, { ...end, state: 'revoked' })
      }
      if (sticks) tasks.set(task.id, { ...task, refusals: task.refusals + 1 })
      return { won: true, request: structuredClone(requests.get(id) ?? request) }
    },

    async addToken(token, at) {
      sweep(at)
      tokens.set(token.jti, structuredClone(token))
    },
    async redeem(id, token, at) {
      const request = requests.get(id)
      const open =
        request?.state === 'approved' &&
        at < (request.redeemUntil ?? 0) &&
        taskIsActive(request.taskId, at)
      if (!request || !open) return lost(request)
      const liveToken = { jti: token.jti, expiresAt: token.expiresAt }
      const redemptions = request.redemptions + 1
      sweep(at)
      const armed = { ...disarm(request, at), redemptions, liveToken }
      tokens.set(token.jti, structuredClone(token))
      return { won: true, request: put(armed) }
    },
    async revokeToken(jti, holder, at) {
      const token = tokens.get(jti)
      if (token?.holder !== holder || token.revokedAt !== undefined) return false
      if (at >= token.expiresAt) return false
      tokens.set(jti, { ...token, revokedAt: at })
      tellRevoked(jti, token.expiresAt)
      return true
    },
    async token(jti) {
      const token = tokens.get(jti)
      if (!token) return undefined
      const task = tasks.get(token.taskId ?? '')
      const request = requests.get(token.requestId ?? '')
      return structuredClone({ token, ...(task && { task }), ...(request && { request }) })
    },

    async eventsAfter(after, at) {
      return structuredClone(events.filter((event) => event.sequence > after && event.until > at))
    },
  }
}

/** Whether a repeat of the same question gets the answer of the one before. */
const isJoinable = (known: StoredRequest, at: number, open: boolean): boolean => {
  if (open || known.state === 'denied') return true
  const spent = known.reuse === 'once' && !known.keyed && known.redemptions > 0
  return known.state === 'approved' && at < (known.redeemUntil ?? 0) && !spent
}
