import { describe, expect, it } from 'vitest'
import type { Challenge } from '../src/index.ts'
import { challengeNeedsBody, readChallenge, writeChallenge } from '../src/index.ts'

const read = { type: 'file_access', actions: ['read'], identifier: 'o>?~~ÿ "q" \\ 文' } as const
const pay = { type: 'payment', actions: ['initiate'], amount: { value: 12.5, currency: 'EUR' } }
const one = { kind: 'details', details: [read] } as const
const two = { kind: 'details', details: [read, pay] } as const
const resourceMetadata = 'https://api.example/.well-known/oauth-protected-resource'
const rar: readonly Challenge['dialect'][] = ['lumoauth', 'rar-403', 'rar-401']

const challenges: readonly Challenge[] = [
  ...rar.flatMap((dialect): Challenge[] => [
    { dialect, permission: one },
    { dialect, permission: two },
    { dialect, permission: two, reference: 'Yb7q3AC5d', resourceMetadata },
  ]),
  { dialect: 'scope', permission: { kind: 'scope', scope: ['read:files'] } },
  { dialect: 'scope', permission: { kind: 'scope', scope: ['a', 'b:c'] }, resourceMetadata },
]

describe('what is written is read back', () => {
  for (const [at, challenge] of challenges.entries()) {
    it(`dialect:${challenge.dialect} — challenge ${at} survives the wire, with hostile prose beside it`, () => {
      const written = writeChallenge(challenge, 'Say "no",\r\nX-Evil: 1 \\ — ünïcode 😀')
      const head = { status: written.status, headers: new Headers(written.headers) }
      expect(readChallenge(head, written.body)).toEqual({ kind: 'challenge', challenge })
      for (const value of Object.values(written.headers)) expect(value).toMatch(/^[\x20-\x7e]+$/)
      expect(challengeNeedsBody(head)).toBe(challenge.dialect === 'rar-403')
      expect(head.headers.get('x-evil')).toBeNull()
      expect(head.headers.get('cache-control')).toBe('no-store')
      expect(JSON.parse(written.body)).toMatchObject({ error: expect.any(String) })
    })
  }
})
