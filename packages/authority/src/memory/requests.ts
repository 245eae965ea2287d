import { auditNotes } from '../audit-notes.ts'
import { isJoinable } from '../joinable.ts'
import type { StoredRequest } from '../records.ts'
import { DENIAL_POINTS, RISK_POINTS } from '../risk-score.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const requestPart = (
  ground: MemoryGround,
): Pick<
  AuthorityStore,
  'openRequest' | 'request' | 'pending' | 'approve' | 'deny' | 'revokeRequest'
> => {
  const {
    tasks,
    requests,
    requestsOf,
    units,
    callbacks,
    taskIsActive,
    isOpen,
    ofTask,
    note,
    ring,
    put,
    lost,
    disarm,
    watch,
    sweep,
  } = ground
  return {
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
  }
}
