import type { TaskReading, TimelineKind } from '@lumojit/authority'
import type { AuthorizationDetails } from '@lumojit/protocol'

/** A stretch of a lane: somebody was waited for, or a token was alive. */
export interface Stretch {
  readonly kind: 'waited' | 'alive'
  readonly from: number
  readonly to: number
}

export interface Mark {
  readonly kind: 'asked' | 'yes' | 'no' | 'used' | 'over'
  readonly at: number
}

/** One request, over time. */
export interface Lane {
  readonly requestId: string
  readonly details: AuthorizationDetails
  readonly stretches: readonly Stretch[]
  readonly marks: readonly Mark[]
}

const MARKS: Partial<Record<TimelineKind, Mark['kind']>> = {
  asked: 'asked',
  'asked-again': 'asked',
  granted: 'yes',
  approved: 'yes',
  refused: 'no',
  denied: 'no',
  revoked: 'no',
  withdrawn: 'over',
  'given-back': 'over',
  redeemed: 'used',
}

/** What ends a token before its time. */
const ENDS = new Set<TimelineKind>(['revoked', 'withdrawn', 'given-back'])

/** Each request of a task as a lane. A token lives from its redemption to its end, the next one, or the task's end. */
export const lanesOf = (reading: TaskReading, now: number): readonly Lane[] => {
  const ended = reading.task.endedAt ?? Math.min(now, reading.task.expiresAt)
  return reading.requests.map(({ request, status }): Lane => {
    const own = reading.timeline.filter(({ requestId }) => requestId === request.id)
    const marks = own.flatMap(({ kind, at }): Mark[] => {
      const mark = MARKS[kind]
      return mark === undefined ? [] : [{ kind: mark, at }]
    })
    const stretches: Stretch[] = []
    const decided =
      request.decidedAt ?? (status === 'pending' ? now : Math.min(request.pendingUntil, ended))
    if (request.decidedAt === undefined || request.decidedBy !== undefined)
      stretches.push({ kind: 'waited', from: request.createdAt, to: decided })
    const redeemed = own.filter(({ kind }) => kind === 'redeemed').map(({ at }) => at)
    redeemed.forEach((from, nth) => {
      const stop =
        own.find(({ kind, at }) => ENDS.has(kind) && at >= from)?.at ?? Number.POSITIVE_INFINITY
      const natural = from + request.ttlSeconds * 1000
      const to = Math.min(redeemed[nth + 1] ?? natural, natural, stop, ended)
      stretches.push({ kind: 'alive', from, to })
    })
    return { requestId: request.id, details: request.details, stretches, marks }
  })
}
