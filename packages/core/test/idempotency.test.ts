import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Fingerprint, idempotencyKey } from '../src/idempotency.ts'

const base: Fingerprint = {
  authority: 'https://authority.example.com',
  subject: 'alice',
  call: 'call-1',
  method: 'POST',
  url: 'https://api.example.com/v1/payments?dry=0',
  bodyHash: 'hash',
}

describe('send:idempotency-key', () => {
  it('send:idempotency-key — is equal for the same send, in any process', async () => {
    const key = await idempotencyKey(base, 0)
    expect(await idempotencyKey({ ...base }, 0)).toBe(key)
    expect(key).toMatch(/^[\w-]{43}$/)
    const { authority, subject, call, method, url, bodyHash } = base
    const text = JSON.stringify(['lumojit/1', authority, subject, call, method, url, bodyHash, 0])
    expect(key).toBe(createHash('sha256').update(text).digest('base64url'))
  })

  it.each(Object.keys(base) as (keyof Fingerprint)[])(
    'send:idempotency-key — differs with %s',
    async (member) => {
      const changed = { ...base, [member]: `${base[member]}x` }
      expect(await idempotencyKey(changed, 0)).not.toBe(await idempotencyKey(base, 0))
    },
  )

  it('send:idempotency-key — differs for the second equal send of one execution', async () => {
    const keys = await Promise.all([0, 1, 2].map((nth) => idempotencyKey(base, nth)))
    expect(new Set(keys).size).toBe(3)
  })

  it('send:idempotency-key — a fragment never leaves, so it makes no difference; a query does', async () => {
    const key = await idempotencyKey(base, 0)
    expect(await idempotencyKey({ ...base, url: `${base.url}#part` }, 0)).toBe(key)
    expect(await idempotencyKey({ ...base, url: `${base.url}&x=1` }, 0)).not.toBe(key)
  })

  it('send:idempotency-key — what moves from one member into the next is another send', async () => {
    const moved = [
      idempotencyKey({ ...base, call: 'call-1P', method: 'OST' }, 0),
      idempotencyKey({ ...base, subject: 'alicecall', call: '-1' }, 0),
      idempotencyKey({ ...base, subject: 'alice","call-1', call: '' }, 0),
      idempotencyKey(base, 0),
    ]
    expect(new Set(await Promise.all(moved)).size).toBe(4)
  })
})
