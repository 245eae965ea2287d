import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { scrub, scrubError } from '../src/scrub.ts'

const TOKEN = 'eyJhbGciOi.canary.token'
const tokens = new Set([TOKEN])

describe('scrub', () => {
  it('takes every occurrence out of text, members, items and member names', () => {
    const value = {
      a: `Bearer ${TOKEN} and ${TOKEN}`,
      list: ['clean', [TOKEN]],
      deep: { [TOKEN]: 1, [`x-${TOKEN}`]: null },
    }
    expect(scrub(value, tokens)).toEqual({
      a: 'Bearer [secret] and [secret]',
      list: ['clean', ['[secret]']],
      deep: { '[secret]': 1, 'x-[secret]': null },
    })
    expect(value.a).toContain(TOKEN)
  })

  it('gives clean data back as the same object, and the clean parts of dirty data too', () => {
    const clean = { a: [1, 'x', { b: null }], c: undefined }
    expect(scrub(clean, tokens)).toBe(clean)
    const dirty = { clean, told: TOKEN }
    expect(scrub(dirty, tokens).clean).toBe(clean)
  })

  it('without tokens nothing is even looked at', () => {
    const value = {
      get looked(): string {
        throw new Error('looked')
      },
    }
    expect(scrub(value, new Set())).toBe(value)
  })

  it('an empty token is none, and does not tear text apart', () => {
    expect(scrub('abc', new Set(['', 'b']))).toBe('a[secret]c')
  })

  it('a token that begins with another is taken out whole', () => {
    expect(scrub('see abcdef', new Set(['abc', 'abcdef']))).toBe('see [secret]')
  })

  it('follows cycles once', () => {
    const value: Record<string, unknown> = { told: TOKEN }
    value.self = value
    value.list = [value]
    const cleaned = scrub(value, tokens) as Record<string, unknown>
    expect(cleaned.told).toBe('[secret]')
    expect(cleaned.self).toBe(cleaned)
    expect((cleaned.list as unknown[])[0]).toBe(cleaned)
    expect(inspect(cleaned, { depth: 9 })).not.toContain(TOKEN)
  })

  it('an object met twice is cleaned once and stays one object', () => {
    const shared = { told: TOKEN }
    const cleaned = scrub({ one: shared, two: shared }, tokens)
    expect(cleaned.one).toEqual({ told: '[secret]' })
    expect(cleaned.two).toBe(cleaned.one)
  })

  it('reads text up to 1 MiB and passes what is longer', () => {
    const most = TOKEN + 'x'.repeat(1_048_576 - TOKEN.length)
    expect(scrub(most, tokens)).not.toContain(TOKEN)
    expect(scrub(`${most}y`, tokens)).toContain(TOKEN)
  })

  it('passes streams and class instances as they are', () => {
    class Held {
      readonly text = TOKEN
    }
    for (const value of [
      new Held(),
      new ReadableStream(),
      new Response(TOKEN),
      new Map([[1, TOKEN]]),
    ]) {
      expect(scrub(value, tokens)).toBe(value)
      expect(scrub({ value }, tokens).value).toBe(value)
    }
  })

  it('takes frozen data and data without a prototype', () => {
    const bare: Record<string, unknown> = Object.create(null)
    bare.told = TOKEN
    const frozen = Object.freeze({ bare: Object.freeze(bare), list: Object.freeze([TOKEN]) })
    const cleaned = scrub(frozen, tokens)
    expect(cleaned.list).toEqual(['[secret]'])
    expect(cleaned.bare.told).toBe('[secret]')
    expect(Object.getPrototypeOf(cleaned.bare)).toBeNull()
  })

  it('a member named __proto__ stays a member', () => {
    const value = JSON.parse(`{"__proto__":{"polluted":"${TOKEN}"}}`)
    const cleaned = scrub(value, tokens)
    expect(Object.keys(cleaned)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(cleaned)).toBe(Object.prototype)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('scrubError', () => {
  it('keeps the object and takes the token out of message, stack, members and causes', () => {
    const root = Object.assign(new Error(`root ${TOKEN}`), { code: `E_${TOKEN}` })
    const error = Object.assign(new TypeError(`said ${TOKEN}`, { cause: root }), {
      config: { headers: { authorization: `Bearer ${TOKEN}` } },
    })
    expect(error.stack).toContain(TOKEN)
    expect(scrubError(error, tokens)).toBe(error)
    expect(error.message).toBe('said [secret]')
    expect(error.cause).toBe(root)
    expect(root.message).toBe('root [secret]')
    expect(root.code).toBe('E_[secret]')
    expect(error.config.headers.authorization).toBe('Bearer [secret]')
    expect(error.stack).toMatch(/^TypeError: said \[secret\]\n {4}at /)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN)
    expect(Object.keys(error)).toEqual(['config'])
  })

  it('a cause that is no error is cleaned as data', () => {
    const error = new Error('x', { cause: { told: [TOKEN] } })
    scrubError(error, tokens)
    expect(error.cause).toEqual({ told: ['[secret]'] })
  })

  it('reaches the errors of an AggregateError', () => {
    const inner = new Error(TOKEN)
    const error = new AggregateError([inner, 'clean'], 'several')
    expect(scrubError(error, tokens)).toBe(error)
    expect(error.errors[0]).toBe(inner)
    expect(inner.message).toBe('[secret]')
  })

  it('follows a chain that bites its own tail', () => {
    const error = new Error(TOKEN)
    error.cause = error
    scrubError(error, tokens)
    expect(error.message).toBe('[secret]')
  })

  it('leaves what is thrown but no error, and a frozen error, without failing', () => {
    expect(scrubError(`thrown ${TOKEN}`, tokens)).toBe('thrown [secret]')
    expect(scrubError({ told: TOKEN }, tokens)).toEqual({ told: '[secret]' })
    expect(scrubError(undefined, tokens)).toBeUndefined()
    const frozen = Object.freeze(new Error('clean'))
    expect(scrubError(frozen, tokens)).toBe(frozen)
  })

  it('leaves a clean error alone', () => {
    const error = new Error('clean')
    const { stack } = error
    expect(scrubError(error, tokens)).toBe(error)
    expect(error.stack).toBe(stack)
    expect(error.message).toBe('clean')
  })
})
