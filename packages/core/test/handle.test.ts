import { decodeBase64url, encodeBase64url } from '@lumojit/protocol'
import { describe, expect, it } from 'vitest'
import { type HandleContent, handleIn, seal, unseal } from '../src/handle.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const NEW = bytes('new-key-of-at-least-32-bytes-long!')
const OLD = bytes('old-key-of-at-least-32-bytes-long!')
const EXPIRES = 1_000_000

const content: HandleContent = {
  authority: 'https://authority.example.com',
  task: 'task-1',
  subject: 'hash-of-alice',
  call: 'hash-of-call',
  requests: [
    ['request-1', 'question-1'],
    ['request-2', 'question-2'],
  ],
  expiresAt: EXPIRES,
  taskExpiresAt: EXPIRES + 1,
}
const NOW = EXPIRES - 1

describe('handle:sealed', () => {
  it('handle:sealed — gives back what was sealed', async () => {
    expect(await unseal(await seal(content, [NEW]), [NEW], NOW)).toEqual(content)
  })

  it('handle:sealed — every single character that is changed, dropped, doubled or added makes it forged', async () => {
    const handle = await seal({ ...content, requests: [] }, [NEW])
    const forged: string[] = []
    for (let at = 0; at < handle.length; at++) {
      const swapped = handle[at] === 'A' ? 'B' : 'A'
      forged.push(
        handle.slice(0, at) + swapped + handle.slice(at + 1),
        handle.slice(0, at) + handle.slice(at + 1),
        handle.slice(0, at) + handle[at] + handle.slice(at),
      )
    }
    const read = await Promise.all(forged.map((text) => unseal(text, [NEW], NOW)))
    expect([...new Set(read)]).toEqual(['forged'])
  })

  it('handle:sealed — content of one and seal of another are forged', async () => {
    const [prefix, , mac] = (await seal(content, [NEW])).split('.')
    const [, body] = (await seal({ ...content, subject: 'hash-of-bob' }, [NEW])).split('.')
    expect(await unseal(`${prefix}.${body}.${mac}`, [NEW], NOW)).toBe('forged')
  })

  it('handle:sealed — an empty, short, long or repeated seal is forged', async () => {
    const [prefix, body, mac = ''] = (await seal(content, [NEW])).split('.')
    const raw = decodeBase64url(mac) as Uint8Array<ArrayBuffer>
    for (const bad of [
      '',
      mac.slice(0, 22),
      encodeBase64url(raw.slice(0, 31)),
      encodeBase64url(new Uint8Array([...raw, 0])),
      `${mac}=`,
      mac + mac,
    ]) {
      expect(await unseal(`${prefix}.${body}.${bad}`, [NEW], NOW)).toBe('forged')
    }
  })

  it('handle:sealed — another version, more parts, fewer parts are forged', async () => {
    const handle = await seal(content, [NEW])
    const [, body, mac] = handle.split('.')
    for (const bad of [
      `lj2.${body}.${mac}`,
      `LJ1.${body}.${mac}`,
      `${handle}.`,
      `${handle}.x`,
      `.${handle}`,
      `lj1..${mac}`,
      `lj1.${body}`,
      'lj1',
      '..',
      '',
      ` ${handle}`,
      `${handle}\n`,
    ]) {
      expect(await unseal(bad, [NEW], NOW)).toBe('forged')
    }
  })

  it.each([undefined, null, 7, true, {}, [], new Uint8Array(3), Symbol('x')])(
    'handle:sealed — %s is no handle',
    async (value) => {
      expect(await unseal(value, [NEW], NOW)).toBe('forged')
    },
  )

  it('handle:sealed — a text past 32 KiB is not even looked at', async () => {
    expect(await unseal(`lj1.${'A'.repeat(40_000)}.AAAA`, [NEW], NOW)).toBe('forged')
  })

  it('handle:sealed — whatever was asked in a task, its handle can be read again', async () => {
    const requests = Array.from(
      { length: 2_000 },
      (_, at) => [`request-${at}-${'x'.repeat(20)}`, 'q'.repeat(43)] as const,
    )
    const read = await unseal(await seal({ ...content, requests }, [NEW]), [NEW], NOW)
    expect(read).toMatchObject({ task: content.task })
    const kept = (read as HandleContent).requests
    expect(kept.length).toBeGreaterThan(100)
    expect(kept.at(-1)).toEqual(requests.at(-1))
  })
})

describe('keys', () => {
  it('handle:sealed — the newest seals, and older ones still open', async () => {
    const before = await seal(content, [OLD])
    expect(await unseal(before, [NEW, OLD], NOW)).toEqual(content)
    const after = await seal(content, [NEW, OLD])
    expect(await unseal(after, [NEW], NOW)).toEqual(content)
    expect(await unseal(after, [OLD], NOW)).toBe('forged')
  })

  it('handle:sealed — a key that was taken out opens nothing, and no key opens nothing', async () => {
    const handle = await seal(content, [OLD])
    expect(await unseal(handle, [NEW], NOW)).toBe('forged')
    expect(await unseal(handle, [], NOW)).toBe('forged')
  })
})

describe('time', () => {
  it('handle:sealed — is over at its very moment, and says so only of a true handle', async () => {
    const handle = await seal(content, [NEW])
    expect(await unseal(handle, [NEW], EXPIRES - 1)).toEqual(content)
    expect(await unseal(handle, [NEW], EXPIRES)).toBe('expired')
    expect(await unseal(handle, [OLD], EXPIRES)).toBe('forged')
  })
})

describe('where a framework kept it', () => {
  it('is the text, or the approval around it', () => {
    expect(handleIn('text')).toBe('text')
    expect(handleIn({ type: 'lumojit.permission', handle: 'text', requests: [] })).toBe('text')
    expect(handleIn(null)).toBeNull()
    expect(handleIn(undefined)).toBeUndefined()
    expect(handleIn([1])).toEqual([1])
  })
})
