import { inspect } from 'node:util'
import { AuthorityError } from '@lumojit/protocol'
import { describe, expect, it } from 'vitest'
import { isLumojitError, LumojitError, type RefusalCode, refuse, refuseFor } from '../src/errors.ts'

/** Every code, and whether another try in the same task can help. */
const CODES: Record<RefusalCode, boolean> = {
  DENIED: false,
  EXPIRED: true,
  REVOKED: false,
  TASK_ENDED: false,
  STILL_INSUFFICIENT: false,
  GRANT_NARROWED: true,
  GRANT_EXCEEDS: false,
  POLICY_REFUSED: false,
  BUDGET_SPENT: false,
  TYPE_NOT_LISTED: false,
  FOREIGN_LOCATION: false,
  MANY_DETAILS_UNSUPPORTED: false,
  CHALLENGE_UNKNOWN: false,
  CLAIMED_ELSEWHERE: true,
  AUTHORITY_UNREACHABLE: true,
  AUTHORITY_REJECTED: false,
  AUTHORITY_MALFORMED: false,
  RATE_LIMITED: true,
}

describe('LumojitError', () => {
  const response = new Response('body-canary', { headers: { 'x-canary': 'header-canary' } })
  const approval = {
    type: 'lumojit.permission' as const,
    handle: 'handle-canary',
    toolName: 'pay',
    requests: [],
  }
  const error = new LumojitError('DENIED', 'No.', 'Do without.', {
    refusal: { code: 'DENIED', retryable: false },
    response,
    approval,
    cause: new Error('why'),
  })

  it('is bare: nothing it carries is enumerable, so it serialises to nothing', () => {
    expect(Object.keys(error)).toEqual([])
    expect(JSON.stringify(error)).toBe('{}')
    expect({ ...error }).toEqual({})
    for (const member in error) expect.unreachable(`enumerable: ${member}`)
  })

  it('prints code, sentence and fix, and neither the response nor the handle', () => {
    const printed = inspect(error, { depth: 5 })
    expect(printed).toContain('DENIED')
    expect(printed).toContain('No.')
    expect(printed).toContain('Do without.')
    expect(printed).not.toMatch(/canary/)
  })

  it('still gives what it carries to those who ask by name', () => {
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('LumojitError')
    expect(error.code).toBe('DENIED')
    expect(error.fix).toBe('Do without.')
    expect(error.response).toBe(response)
    expect(error.approval).toBe(approval)
    expect(error.refusal).toEqual({ code: 'DENIED', retryable: false })
    expect(error.cause).toMatchObject({ message: 'why' })
  })

  it('says code and fix in its stack, and where it was thrown', () => {
    expect(error.stack).toMatch(/^LumojitError \[DENIED\]: No\.\n {4}fix: Do without\.\n {4}at /)
    expect(error.stack).toContain('errors.test.ts')
  })

  it('a cause that was not given is not there, one that is undefined is', () => {
    expect('cause' in new LumojitError('DENIED', 'a', 'b')).toBe(false)
    expect('cause' in new LumojitError('DENIED', 'a', 'b', { cause: undefined })).toBe(true)
  })

  it('leaves out what it does not carry', () => {
    const plain = new LumojitError('NO_TASK', 'a', 'b')
    for (const member of ['refusal', 'response', 'approval']) expect(member in plain).toBe(false)
  })
})

describe('isLumojitError', () => {
  it('knows an error of another copy of the package by the registered symbol', () => {
    const elsewhere = Object.assign(new Error('x'), { [Symbol.for('lumojit.error')]: true })
    expect(isLumojitError(elsewhere)).toBe(true)
    expect(isLumojitError(new LumojitError('DENIED', 'a', 'b'))).toBe(true)
  })

  it.each([
    new Error('DENIED'),
    { code: 'DENIED', name: 'LumojitError' },
    null,
    undefined,
    'lumojit.error',
    7,
  ])('is not taken in by %s', (value) => {
    expect(isLumojitError(value)).toBe(false)
  })
})

describe('refuse', () => {
  it.each(Object.entries(CODES))('%s says a sentence and what to change', (name, retryable) => {
    const code = name as RefusalCode
    const error = refuse(code)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^[A-Z].{10,}\.$/)
    expect(error.fix).toMatch(/^[A-Z].{5,}\.$/)
    expect(error.refusal).toEqual({ code, retryable })
  })

  it('carries the approver’s words to the model and to the developer', () => {
    const error = refuse('DENIED', { message: 'Not on a Sunday.' })
    expect(error.refusal?.message).toBe('Not on a Sunday.')
    expect(error.message).toContain('Not on a Sunday.')
  })

  it('its fix and its cause are for the developer, never in the refusal', () => {
    const cause = new Error('socket')
    const error = refuse('AUTHORITY_UNREACHABLE', { fix: 'Start it.', cause })
    expect(error.fix).toBe('Start it.')
    expect(error.cause).toBe(cause)
    expect(Object.keys(error.refusal ?? {})).toEqual(['code', 'retryable'])
  })
})

describe('refuseFor', () => {
  it.each([
    ['unreachable', 'AUTHORITY_UNREACHABLE'],
    ['rejected', 'AUTHORITY_REJECTED'],
    ['malformed', 'AUTHORITY_MALFORMED'],
    ['rate-limited', 'RATE_LIMITED'],
  ] as const)('an authority that is %s is %s', (kind, code) => {
    const cause = new AuthorityError(kind, 'internals', { fix: 'Look there.', retryAfterMs: 7 })
    const error = refuseFor(cause)
    expect(error.code).toBe(code)
    expect(error.fix).toBe('Look there.')
    expect(error.refusal?.retryAfterMs).toBe(7)
    expect(error.cause).toBe(cause)
    expect(JSON.stringify(error.refusal)).not.toContain('internals')
  })

  it('has a fix of its own where the authority names none', () => {
    expect(refuseFor(new AuthorityError('malformed', 'x')).fix).toMatch(/\.$/)
  })
})
