import { describe, expect, it } from 'vitest'
import { infoOf, Ledger } from '../src/ledger.ts'
import { api, both, entry, other, question, read, write } from './questions.ts'

const NOW = 1_000

describe('finding a grant', () => {
  it('gives a live one that covers, and nothing when there is none', () => {
    const ledger = new Ledger()
    expect(ledger.find(question(), NOW)).toBeUndefined()
    const held = ledger.add(entry(question({ detail: both })))
    expect(ledger.find(question({ detail: read }), NOW)).toBe(held)
    expect(ledger.find(question({ detail: { type: 'payment' } }), NOW)).toBeUndefined()
  })

  it('resource:grant-stays-home — a grant of one resource serves no question of another', () => {
    const ledger = new Ledger()
    ledger.add(entry(question({ resource: other })))
    expect(ledger.find(question({ resource: api }), NOW)).toBeUndefined()
  })

  it('never gives one that has expired, not even at the very moment', () => {
    const ledger = new Ledger()
    const held = ledger.add(entry(question(), { expiresAt: NOW }))
    expect(ledger.find(question(), NOW - 1)).toBe(held)
    expect(ledger.find(question(), NOW)).toBeUndefined()
    expect(ledger.find(question(), NOW + 1)).toBeUndefined()
  })

  it('reuse:once-is-once — among several that cover, the narrowest, whatever the order they came in', () => {
    for (const order of [
      [both, read],
      [read, both],
    ]) {
      const ledger = new Ledger()
      for (const detail of order)
        ledger.add(entry(question({ detail }), { requestId: JSON.stringify(detail) }))
      expect(ledger.find(question({ detail: read }), NOW)?.canonical).toBe(
        question({ detail: read }).canonical,
      )
    }
  })

  it('passes over those that were just seen to fail', () => {
    const ledger = new Ledger()
    const narrow = ledger.add(entry(question({ detail: read })))
    const wide = ledger.add(entry(question({ detail: both })))
    expect(ledger.find(question(), NOW, new Set([narrow]))).toBe(wide)
    expect(ledger.find(question(), NOW, new Set([narrow, wide]))).toBeUndefined()
  })

  it('ask:granted-compared-when-stated — not stated: equal questions only, never by covering', () => {
    const ledger = new Ledger()
    const held = ledger.add(entry(question({ detail: both }), { granted: 'not-stated' }))
    expect(ledger.find(question({ detail: read }), NOW)).toBeUndefined()
    expect(
      ledger.find(question({ detail: { type: 'document', actions: ['write', 'read'] } }), NOW),
    ).toBe(held)
  })

  it('goes by what was granted, not by what was asked', () => {
    const ledger = new Ledger()
    const held = ledger.add(entry(question({ detail: both }), { granted: read }))
    expect(ledger.find(question({ detail: read }), NOW)).toBe(held)
    expect(ledger.find(question({ detail: write }), NOW)).toBeUndefined()
    expect(ledger.find(question({ detail: both }), NOW)).toBeUndefined()
  })

  it('scopes serve what they hold, and no details', () => {
    const ledger = new Ledger()
    const scopes = question({ permission: { kind: 'scope', scope: ['a', 'b'] } })
    const held = ledger.add(entry(scopes))
    expect(ledger.find(question({ permission: { kind: 'scope', scope: ['b'] } }), NOW)).toBe(held)
    expect(
      ledger.find(question({ permission: { kind: 'scope', scope: ['b', 'c'] } }), NOW),
    ).toBeUndefined()
    expect(ledger.find(question(), NOW)).toBeUndefined()
  })
})

describe('once', () => {
  const asks = question({ reuse: 'once', unit: 'mine', circumstances: 'pay 10' })

  it('reuse:once-is-once — serves the unit that asked, and no other of the same permission', () => {
    const ledger = new Ledger()
    const held = ledger.add(entry(asks))
    expect(ledger.find(asks, NOW)).toBe(held)
    expect(ledger.find(asks, NOW)).toBe(held)
    expect(ledger.find({ ...asks, unit: 'theirs' }, NOW)).toBeUndefined()
    expect(ledger.find({ ...asks, unit: 'theirs', reuse: 'task' }, NOW)).toBeUndefined()
  })

  it('a unit that shared the asking may spend it as well', () => {
    const ledger = new Ledger()
    const held = ledger.add(entry(asks))
    held.units.add('theirs')
    expect(ledger.find({ ...asks, unit: 'theirs' }, NOW)).toBe(held)
  })
})

describe('learning', () => {
  const url = 'https://api.example.com/v1/x?q=1'

  it('reuse:once-is-once — a once grant is never learned', () => {
    const ledger = new Ledger()
    ledger.learn('GET', url, ledger.add(entry(question({ reuse: 'once' }))))
    expect(ledger.learned('GET', url, NOW)).toBeUndefined()
  })

  it('is for the exact method and URL, query and all, while the grant lives', () => {
    const ledger = new Ledger()
    const held = ledger.add(entry(question(), { expiresAt: NOW + 1 }))
    ledger.learn('GET', url, held)
    expect(ledger.learned('GET', url, NOW)).toBe(held)
    expect(ledger.learned('POST', url, NOW)).toBeUndefined()
    expect(ledger.learned('GET', `${url}&r=2`, NOW)).toBeUndefined()
    expect(ledger.learned('GET', 'https://api.example.com/v1/x', NOW)).toBeUndefined()
    expect(ledger.learned('GET', url, NOW + 1)).toBeUndefined()
  })

  it('is unlearned by place, and with its grant', () => {
    const ledger = new Ledger()
    const held = ledger.add(entry())
    ledger.learn('GET', url, held)
    ledger.unlearn('GET', url)
    expect(ledger.learned('GET', url, NOW)).toBeUndefined()
    ledger.learn('GET', url, held)
    ledger.learn('GET', `${url}2`, held)
    ledger.drop(held)
    expect(ledger.learned('GET', url, NOW)).toBeUndefined()
    expect(ledger.learned('GET', `${url}2`, NOW)).toBeUndefined()
    expect(ledger.grants()).toEqual([])
  })
})

describe('requests and denials', () => {
  it('redeem:again-after-lost-answer — a new token of a request takes the place of the one before it', () => {
    const ledger = new Ledger()
    const first = ledger.add(entry(question(), { requestId: 'r' }))
    const second = ledger.add(entry(question(), { requestId: 'r' }))
    expect(ledger.byRequest('r')).toBe(second)
    expect(ledger.grants()).toEqual([second.grant])
    ledger.drop(first)
    expect(ledger.byRequest('r')).toBe(second)
  })

  it('a request is known by the name of its question until it is forgotten, by name or by id', () => {
    const ledger = new Ledger()
    ledger.remember('a', { taskId: 't', requestId: 'r1' })
    ledger.remember('b', { taskId: 't', requestId: 'r2' })
    expect(ledger.requests()).toEqual([
      ['r1', 'a'],
      ['r2', 'b'],
    ])
    expect(ledger.known('a')).toEqual({ taskId: 't', requestId: 'r1' })
    ledger.forget('a')
    expect(ledger.known('a')).toBeUndefined()
    ledger.forgetRequest('r2')
    expect(ledger.requests()).toEqual([])
  })

  it('refuse:not-asked-again-in-task — a denial is remembered by resource and permission', () => {
    const ledger = new Ledger()
    const refusal = { code: 'DENIED', retryable: false } as const
    ledger.deny(question(), refusal)
    expect(ledger.denied(question({ unit: 'another', circumstances: 'others' }))).toBe(refusal)
    expect(ledger.denied(question({ detail: write }))).toBeUndefined()
    expect(ledger.denied(question({ resource: other }))).toBeUndefined()
  })

  it('refuse:not-asked-again-in-task — of a once question by method, URL and body, whatever the call', () => {
    const ledger = new Ledger()
    const refusal = { code: 'DENIED', retryable: false } as const
    const asks = question({ reuse: 'once', circumstances: 'pay 10' })
    ledger.deny(asks, refusal)
    expect(ledger.denied({ ...asks, unit: 'another call' })).toBe(refusal)
    expect(ledger.denied({ ...asks, circumstances: 'pay 20' })).toBeUndefined()
    expect(ledger.denied({ ...asks, reuse: 'task' })).toBeUndefined()
  })
})

describe('what an application is told', () => {
  it('is the grant without its token', () => {
    const held = entry(question(), { requestId: 'r', expiresAt: 7 })
    const info = infoOf(held)
    expect(info).toEqual({
      requestId: 'r',
      resource: api.url,
      granted: { kind: 'details', details: [read] },
      expiresAt: 7,
      reuse: 'task',
    })
    expect(infoOf(entry(question(), { granted: 'not-stated' }))).not.toHaveProperty('granted')
  })
})
