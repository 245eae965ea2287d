import { type AuditNote, nextEntry } from '../audit-chain.ts'
import { auditNotes } from '../audit-notes.ts'
import { randomId } from '../hashing.ts'
import type {
  StoredAgent,
  StoredAudit,
  StoredCallback,
  StoredDelivery,
  StoredEvent,
  StoredRequest,
  StoredTask,
  StoredToken,
} from '../records.ts'
import { type SuspensionLimits, suspensionCause } from '../risk-score.ts'
import type { Transition } from '../store.ts'
import { eventOf, type Subscription } from '../webhook-events.ts'

/** After this long past its end nothing asks for a task any more. */
const KEEP_MS = 24 * 3_600_000
/** Additions between two sweeps. */
const SWEEP_EVERY = 1_000
/** A guard's clock may be this far behind: the feed speaks of a token this much longer. */
const SKEW_MS = 60_000

/** What every part of the store stands on. Each change runs in one turn of the event loop, so each is atomic. */
export const createGround = () => {
  const tasks = new Map<string, StoredTask>()
  const requests = new Map<string, StoredRequest>()
  const requestsOf = new Map<string, string[]>()
  const tokens = new Map<string, StoredToken>()
  /** Unit to the id of its latest request. */
  const units = new Map<string, string>()
  const chains = new Map<string, StoredAudit[]>()
  const grown = new Set<string>()
  /** Chain to the sequence that the latest anchor pins. */
  const pinnedAt = new Map<string, number>()
  const callbacks = new Map<string, StoredCallback>()
  const agents = new Map<string, StoredAgent>()
  const deliveries = new Map<string, StoredDelivery>()
  const webhooks: Subscription[] = []
  /** Agent to how much of its budget is used in which period. */
  const spent = new Map<string, { period: number; used: number }>()
  const feed = { events: [] as StoredEvent[], sequence: 0 }
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
    feed.events.push({
      sequence: ++feed.sequence,
      kind: 'revoked',
      subject: jti,
      until: until + SKEW_MS,
    })
  }
  const note = (entry: AuditNote) => {
    const chain = chains.get(entry.chain) ?? []
    chain.push(nextEntry(chain.at(-1), entry))
    chains.set(entry.chain, chain)
    grown.add(entry.chain)
    const heard = webhooks.length > 0 && eventOf(entry)
    if (!heard) return
    for (const { url, events } of webhooks)
      if (events.includes(heard.event)) {
        const { at } = entry
        const id = `evt_${randomId()}`
        deliveries.set(id, { id, url, ...heard, at, attempts: 0, due: at })
      }
  }
  const isSuspended = (agentId: string): boolean => agents.get(agentId)?.suspendedAt !== undefined
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

  const end = (
    task: StoredTask,
    by: string,
    reason?: string,
  ): { task: StoredTask; killed: number } => {
    const ends = ofTask(task.id).flatMap(({ liveToken }) => {
      const token = liveToken && tokens.get(liveToken.jti)
      return token && token.revokedAt === undefined ? [token.expiresAt] : []
    })
    const at = task.endedAt ?? 0
    const killed = ends.filter((each) => at < each).length
    tasks.set(task.id, task)
    const until = Math.max(0, ...ends) + SKEW_MS
    feed.events.push({ sequence: ++feed.sequence, kind: 'task-ended', subject: task.id, until })
    note(auditNotes.taskEnded(task, by, killed, reason))
    for (const { id } of ofTask(task.id)) ring(id, at)
    return { task: structuredClone(task), killed }
  }
  /** Suspends the task if it has become too much. */
  const watch = (task: StoredTask, at: number, limits: SuspensionLimits) => {
    const endedBecause = suspensionCause(task, limits)
    if (endedBecause === undefined) return undefined
    return end({ ...task, state: 'suspended', endedAt: at, endedBecause }, 'authority')
  }

  /** Its chain may go when no anchor pins it, or one pins its end. */
  const forgetTask = (task: StoredTask, at: number): boolean => {
    const head = chains.get(task.id)?.at(-1)
    const pinned = pinnedAt.get(task.id)
    if (pinned !== undefined && pinned !== head?.sequence) return false
    for (const request of ofTask(task.id)) {
      requests.delete(request.id)
      callbacks.delete(request.id)
      if (units.get(request.unit) === request.id) units.delete(request.unit)
    }
    requestsOf.delete(task.id)
    chains.delete(task.id)
    grown.delete(task.id)
    pinnedAt.delete(task.id)
    tasks.delete(task.id)
    if (head && pinned !== undefined) note(auditNotes.taskSwept(head, at))
    return true
  }
  const forgetTasks = (at: number, before: number, most: number): number => {
    let forgotten = 0
    for (const task of tasks.values()) {
      if (forgotten >= most) break
      if ((task.endedAt ?? task.expiresAt) <= before && forgetTask(task, at)) forgotten++
    }
    return forgotten
  }
  const sweep = (at: number) => {
    if (++additions % SWEEP_EVERY !== 0) return
    for (const [jti, token] of tokens) if (token.expiresAt <= at) tokens.delete(jti)
    feed.events = feed.events.filter((event) => event.until > at)
    forgetTasks(at, at - KEEP_MS, Number.POSITIVE_INFINITY)
  }

  return {
    tasks,
    requests,
    requestsOf,
    tokens,
    units,
    chains,
    grown,
    callbacks,
    spent,
    feed,
    taskIsActive,
    agents,
    isSuspended,
    deliveries,
    webhooks,
    isOpen,
    ofTask,
    tellRevoked,
    note,
    ring,
    put,
    lost,
    disarm,
    end,
    watch,
    sweep,
    forgetTasks,
    pinnedAt,
  }
}

export type MemoryGround = ReturnType<typeof createGround>
