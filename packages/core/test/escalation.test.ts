import { type Decision, type Grant, type RequestRef, Secret } from '@lumojit/protocol'
import { describe, expect, it } from 'vitest'
import { begin, type Escalation, type EscalationEvent, next } from '../src/escalation.ts'

const ref: RequestRef = { taskId: 't', requestId: 'r' }
const other: RequestRef = { taskId: 't', requestId: 'r2' }
const grant: Grant = {
  ref,
  resource: { url: 'https://api.example.com' },
  token: new Secret('x'),
  scheme: 'Bearer',
  asked: { kind: 'scope', scope: ['a'] },
  expiresAt: 1,
}

const DECISIONS = {
  granted: { status: 'granted', ref: other },
  pending: { status: 'pending', ref: other, waitsFor: 'approver' },
  denied: { status: 'denied', ref, message: 'no', risk: 'high' },
  expired: { status: 'expired', ref },
  revoked: { status: 'revoked' },
  'task-ended': { status: 'task-ended', message: 'over' },
} satisfies Record<Decision['status'], Decision>

type Status = keyof typeof DECISIONS
type Told = 'ask' | 'wait' | 'redeem' | 'DENIED' | 'EXPIRED' | 'REVOKED' | 'TASK_ENDED'

/** What follows, for a state in which no new request has been made yet, and for one in which it has. */
const TABLE: Record<'ask' | 'check' | 'wait' | 'redeem', Record<Status, [Told, Told]>> = {
  ask: {
    granted: ['redeem', 'redeem'],
    pending: ['wait', 'wait'],
    denied: ['DENIED', 'DENIED'],
    expired: ['EXPIRED', 'EXPIRED'],
    revoked: ['REVOKED', 'REVOKED'],
    'task-ended': ['TASK_ENDED', 'TASK_ENDED'],
  },
  check: {
    granted: ['redeem', 'redeem'],
    pending: ['wait', 'wait'],
    denied: ['DENIED', 'DENIED'],
    expired: ['ask', 'EXPIRED'],
    revoked: ['REVOKED', 'REVOKED'],
    'task-ended': ['TASK_ENDED', 'TASK_ENDED'],
  },
  wait: {
    granted: ['redeem', 'redeem'],
    pending: ['wait', 'wait'],
    denied: ['DENIED', 'DENIED'],
    expired: ['EXPIRED', 'EXPIRED'],
    revoked: ['REVOKED', 'REVOKED'],
    'task-ended': ['TASK_ENDED', 'TASK_ENDED'],
  },
  redeem: {
    granted: ['redeem', 'redeem'],
    pending: ['wait', 'wait'],
    denied: ['DENIED', 'DENIED'],
    expired: ['ask', 'EXPIRED'],
    revoked: ['REVOKED', 'REVOKED'],
    'task-ended': ['TASK_ENDED', 'TASK_ENDED'],
  },
}

const stateAt = (at: keyof typeof TABLE, retried: boolean): Escalation =>
  at === 'ask' ? { at, retried } : { at, ref, retried }

const rows = Object.entries(TABLE).flatMap(([at, row]) =>
  Object.entries(row).flatMap(([status, told]) =>
    told.map((expected, retried) => ({
      at: at as keyof typeof TABLE,
      status: status as Status,
      expected,
      retried: retried === 1,
    })),
  ),
)

describe('one request’s life', () => {
  it('begins with a look at a request that is known, else with a question', () => {
    expect(begin(undefined)).toEqual({ at: 'ask', retried: false })
    expect(begin(ref)).toEqual({ at: 'check', ref, retried: false })
  })

  it.each(rows)('$at (new request made: $retried) + $status → $expected', (row) => {
    const state = stateAt(row.at, row.retried)
    const decision = DECISIONS[row.status]
    const type = row.at === 'redeem' && row.status !== 'granted' ? 'not-redeemed' : 'decided'
    const after = next(state, { type, decision } as EscalationEvent)
    if (row.expected === 'ask') {
      expect(after).toEqual({ at: 'ask', retried: true })
    } else if (row.expected === 'wait' || row.expected === 'redeem') {
      expect(after).toEqual({ at: row.expected, ref: other, retried: row.retried })
    } else {
      const { message, risk } = decision as { message?: string; risk?: string }
      expect(after).toEqual({
        at: 'refused',
        refusal: { code: row.expected, ...(message && { message }), ...(risk && { risk }) },
      })
    }
  })

  it('a token ends it only where one was being fetched', () => {
    const redeemed: EscalationEvent = { type: 'redeemed', grant }
    expect(next(stateAt('redeem', false), redeemed)).toEqual({ at: 'granted', grant })
    for (const at of ['ask', 'check', 'wait'] as const) {
      const state = stateAt(at, false)
      expect(next(state, redeemed)).toBe(state)
    }
  })

  it('an end is an end, whatever comes after it', () => {
    const ends: Escalation[] = [
      { at: 'granted', grant },
      { at: 'refused', refusal: { code: 'DENIED' } },
    ]
    for (const end of ends) {
      expect(next(end, { type: 'redeemed', grant })).toBe(end)
      for (const decision of Object.values(DECISIONS)) {
        expect(next(end, { type: 'decided', decision })).toBe(end)
      }
    }
  })

  it('pause:late-redeem — a closed window leads to one new request and never to a third', () => {
    const expired = { type: 'not-redeemed', decision: DECISIONS.expired } as const
    const again = next(stateAt('redeem', false), expired)
    expect(again).toEqual({ at: 'ask', retried: true })
    const second = next(again, { type: 'decided', decision: DECISIONS.granted })
    expect(next(second, expired)).toEqual({ at: 'refused', refusal: { code: 'EXPIRED' } })
  })

  it('is pure: the state it is given stays as it was', () => {
    const state = Object.freeze(stateAt('wait', false))
    next(state, { type: 'decided', decision: DECISIONS.granted })
    expect(state).toEqual({ at: 'wait', ref, retried: false })
  })
})
