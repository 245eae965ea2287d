import type { AuthorizationDetails } from '@lumojit/protocol'
import { type AuditNote, nextAnchor, nextEntry } from './audit-chain.ts'
import { auditNotes } from './audit-notes.ts'
import { isJoinable } from './joinable.ts'
import type {
  StoredAnchor,
  StoredAudit,
  StoredCallback,
  StoredEvent,
  StoredKey,
  StoredRequest,
  StoredTask,
  StoredToken,
} from './records.ts'
import { DENIAL_POINTS, RISK_POINTS, type SuspensionLimits, suspensionCause } from './risk-score.ts'
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
  const chains = new Map<string, StoredAudit[]>()
  const grown = new Set<string>()
  const anchors: StoredAnchor[] = []
  const callbacks = new Map<string, StoredCallback>()
  /** Agent to how much of its budget is used in which period. */
  const spent = new Map<string, { period: number; used: number }>()
  let keys: StoredKey[] = []
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
  const note = (entry: AuditNote) => {
    const chain = chains.get(entry.chain) ?? []
    chain.push(nextEntry(chain.at(-1), entry))
    chains.set(entry.chain, chain)
    grown.add(entry.chain)
  }
  const ring = (requestId: string, at: number) => {
    const owed = callbacks.get(requestId)
    if (owed) callbacks.set(requestId, { ...owed, due: Math.min(owed.due, at) })
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

  const end = (task: StoredTask, by: string): { task: StoredTask; killed: number } => {
    const ends = ofTask(task.id).flatMap(({ liveToken }) => {
      const token = liveToken && tokens.get(liveToken.jti)
      return token && token.revokedAt === undefined ? [token.expiresAt] : []
    })
    const at = task.endedAt ?? 0
    const killed = ends.filter((each) => at < each).length
    tasks.set(task.id, task)
    const until = Math.max(0, ...ends) + SKEW_MS
    events.push({ sequence: ++sequence, kind: 'task-ended', subject: task.id, until })
    note(auditNotes.taskEnded(task, by, killed))
    for (const { id } of ofTask(task.id)) ring(id, at)
    return { task: structuredClone(task), killed }
  }
  /** Suspends the task if it has become too much. */
  const watch = (task: StoredTask, at: number, limits: SuspensionLimits) => {
    const endedBecause = suspensionCause(task, limits)
    if (endedBecause === undefined) return undefined
    return end({ ...task, state: 'suspended', endedAt: at, endedBecause }, 'authority')
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
      chains.delete(id)
      grown.delete(id)
      tasks.delete(id)
    }
  }

  return {
    async addTask(task) {
      sweep(task.createdAt)
      tasks.set(task.id, structuredClone(task))
      note(auditNotes.taskOpened(task))
    },
    async task(id) {
      return structuredClone(tasks.get(id))
    },
    async endTask(id, { state, at, by, because }) {
      const task = tasks.get(id)
      if (task?.state !== 'active')
        return { won: false, killed: 0, ...(task && { task: structuredClone(task) }) }
      const cause = because === undefined ? {} : { endedBecause: because }
      return { won: true, ...end({ ...task, state, endedAt: at, ...cause }, by) }
    },

    async openRequest(candidate, { at, maxOpen, refusalsSeen, suspendAt }) {
      if (!taskIsActive(candidate.taskId, at)) return { kind: 'task-not-active' }
      const known = requests.get(units.get(candidate.unit) ?? '')
      if (known && isJoinable(known, at, isOpen(known, at))) {
        const texts = known.justifications
        const added = candidate.justifications.filter((text) => !texts.includes(text))
        const joined = { ...known, justifications: [...texts, ...added].slice(0, 5) }
        if (joined.justifications.length > texts.length) note(auditNotes.requestJoined(joined, at))
        return { kind: 'joined', request: put(joined) }
      }
      const task = tasks.get(candidate.taskId)
      if (task?.refusals !== refusalsSeen) return { kind: 'changed' }
      if (candidate.state === 'pending') {
        const open = ofTask(candidate.taskId).filter((request) => isOpen(request, at))
        if (open.length >= maxOpen) return { kind: 'too-many' }
      }
      sweep(at)
      const riskier = { ...task, riskScore: task.riskScore + RISK_POINTS[candidate.risk] }
      tasks.set(task.id, riskier)
      const suspended = watch(riskier, at, suspendAt)
      if (suspended) return { kind: 'suspended', ...suspended }
      const { callbackUrl: url, pendingUntil: due } = candidate
      if (url !== undefined && candidate.state === 'pending') {
        const id = `evt_${candidate.id}`
        callbacks.set(candidate.id, { requestId: candidate.id, id, url, due, attempts: 0 })
      }
      note(auditNotes.requestOpened(candidate))
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
      const decided: StoredRequest = {
        ...request,
        ...structuredClone(decision),
        decidedAt: at,
        decidedBy: by,
        state: 'approved',
      }
      const task = tasks.get(request.taskId)
      if (task)
        tasks.set(task.id, { ...task, riskScore: task.riskScore - RISK_POINTS[request.risk] })
      note(auditNotes.requestDecided(decided, at))
      ring(id, at)
      return { won: true, request: put(decided) }
    },
    async deny(id, { at, by, suspendAt, ...decision }) {
      const request = requests.get(id)
      const task = tasks.get(request?.taskId ?? '')
      if (!request || !task || !isOpen(request, at)) return lost(request)
      const state = 'denied'
      const decided: StoredRequest = {
        ...request,
        ...decision,
        decidedAt: at,
        decidedBy: by,
        state,
      }
      note(auditNotes.requestDecided(decided, at))
      const kept = put(decided)
      const riskScore = task.riskScore + DENIAL_POINTS
      const warned = { ...task, denials: task.denials + 1, riskScore }
      tasks.set(task.id, warned)
      ring(id, at)
      const suspended = watch(warned, at, suspendAt)
      return { won: true, request: kept, ...(suspended && { suspended }) }
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
        const revoked: StoredRequest = { ...end, state: 'revoked' }
        requests.set(each.id, revoked)
        note(auditNotes.requestDecided(revoked, at))
        ring(each.id, at)
      }
      if (sticks) tasks.set(task.id, { ...task, refusals: task.refusals + 1 })
      return { won: true, request: structuredClone(requests.get(id) ?? request) }
    },

    async addToken(token, at) {
      sweep(at)
      tokens.set(token.jti, structuredClone(token))
    },
    async redeem(id, token, at, budget) {
      const request = requests.get(id)
      const open =
        request?.state === 'approved' &&
        at < (request.redeemUntil ?? 0) &&
        taskIsActive(request.taskId, at)
      if (!request || !open) return lost(request)
      if (budget) {
        const period = Math.floor(at / budget.periodMs)
        const before = spent.get(token.holder)
        const used = before?.period === period ? before.used : 0
        const until = (period + 1) * budget.periodMs
        if (used >= budget.tokens) return { ...lost(request), overBudget: { until } }
        spent.set(token.holder, { period, used: used + 1 })
      }
      const liveToken = { jti: token.jti, expiresAt: token.expiresAt }
      const redemptions = request.redemptions + 1
      sweep(at)
      const armed = { ...disarm(request, at), redemptions, liveToken }
      tokens.set(token.jti, structuredClone(token))
      note(auditNotes.tokenIssued(token, at))
      return { won: true, request: put(armed) }
    },
    async revokeToken(jti, holder, at) {
      const token = tokens.get(jti)
      if (token?.holder !== holder || token.revokedAt !== undefined) return false
      if (at >= token.expiresAt) return false
      tokens.set(jti, { ...token, revokedAt: at })
      tellRevoked(jti, token.expiresAt)
      for (const leaf of tokens.values()) {
        if (leaf.root !== jti || leaf.revokedAt !== undefined || at >= leaf.expiresAt) continue
        tokens.set(leaf.jti, { ...leaf, revokedAt: at })
        tellRevoked(leaf.jti, leaf.expiresAt)
      }
      if (token.taskId !== undefined) note(auditNotes.tokenRevoked(token, at))
      return true
    },
    async token(jti) {
      const token = tokens.get(jti)
      if (!token) return undefined
      const task = tasks.get(token.taskId ?? '')
      const request = requests.get(token.requestId ?? '')
      const root = token.root === undefined ? undefined : tokens.get(token.root)
      const rooted = token.root === undefined || (root !== undefined && !root.revokedAt)
      return structuredClone({
        token,
        rooted,
        ...(task && { task }),
        ...(request && { request }),
      })
    },

    async eventsAfter(after, at) {
      return structuredClone(events.filter((event) => event.sequence > after && event.until > at))
    },

    async keys() {
      return structuredClone(keys)
    },
    async addKey(key, { at, by, retireAt }) {
      if ((keys[0]?.generation ?? 0) + 1 !== key.generation) return false
      const retired = keys.map((each) =>
        retireAt === undefined || each.verifiesUntil !== undefined
          ? each
          : { ...each, verifiesUntil: retireAt },
      )
      const useful = retired.filter(({ verifiesUntil }) => (verifiesUntil ?? at + 1) > at)
      keys = [structuredClone(key), ...useful]
      note(auditNotes.keyAdded(key, at, by))
      return true
    },

    async takeCallbacks(at, { most, leaseMs }) {
      const owed = [...callbacks.values()].filter((each) => each.due <= at).slice(0, most)
      const taken = owed.map((each) => ({ ...each, due: at + leaseMs }))
      for (const each of taken) callbacks.set(each.requestId, each)
      return structuredClone(taken)
    },
    async settleCallback({ requestId, attempts, due }, { retryAt }) {
      const owed = callbacks.get(requestId)
      if (owed?.due !== due) return
      if (retryAt === undefined) callbacks.delete(requestId)
      else callbacks.set(requestId, { ...owed, due: retryAt, attempts: attempts + 1 })
    },

    async audit(chain) {
      if (chain !== undefined) return structuredClone(chains.get(chain) ?? [])
      const byName = [...chains].sort(([a], [b]) => (a < b ? -1 : 1))
      return structuredClone(byName.flatMap(([, entries]) => entries))
    },
    async chainHeads() {
      const heads = [...chains.values()].flatMap((entries) => entries.at(-1) ?? [])
      return heads.map(({ chain, sequence, hash }) => ({ chain, sequence, hash }))
    },
    async anchors() {
      return structuredClone(anchors)
    },
    async anchorAudit(at) {
      if (grown.size === 0) return false
      const heads = [...grown].flatMap((chain) => chains.get(chain)?.at(-1) ?? [])
      anchors.push(nextAnchor(anchors.at(-1), heads, at))
      grown.clear()
      return true
    },
  }
}
