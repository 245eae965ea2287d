import { describe, expect, it } from 'vitest'
import { decodeBase64, decodeBase64url, encodeBase64, encodeBase64url } from '../src/index.ts'
import { Random } from './fuzz/random.ts'

describe('base64', () => {
  it('agrees with Node on random bytes, in both alphabets', () => {
    const random = new Random(1)
    for (let size = 0; size < 200; size++) {
      const bytes = Uint8Array.from({ length: size }, () => random.int(256))
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
      expect(decodeBase64(encodeBase64(bytes).replaceAll('=', ''))).toEqual(bytes)
      expect(decodeBase64(encodeBase64url(bytes))).toEqual(bytes)
    }
  })

  it('decodeBase64url accepts exactly one text for any bytes', () => {
    expect(decodeBase64url('-_8')).toEqual(Uint8Array.of(0xfb, 0xff))
    for (const text of ['-_9', '-_8=', '+/8', '-_ 8', 'A', ' ', '-_8\n']) {
      expect(decodeBase64url(text), text).toBeUndefined()
    }
  })

  it('decodeBase64 refuses what is no base64', () => {
    for (const text of ['A', 'AAAAA', 'AA=A', 'AA===', 'A A=', 'AA==\n', 'ä', '%']) {
      expect(decodeBase64(text), text).toBeUndefined()
    }
  })
})
