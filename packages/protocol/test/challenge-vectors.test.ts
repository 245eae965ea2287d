import { describe, expect, it } from 'vitest'
import { challengeNeedsBody, readChallenge } from '../src/index.ts'
import { challengeVectors } from '../src/vectors.ts'

describe('challenge vectors', () => {
  for (const vector of challengeVectors) {
    it(`${vector.requirement} — ${vector.title}`, () => {
      const headers = new Headers()
      for (const [name, value] of vector.headers) headers.append(name, value)
      const head = { status: vector.status, headers }
      expect(challengeNeedsBody(head)).toBe(vector.needsBody)
      expect(readChallenge(head, vector.body)).toEqual(vector.reading)
      // What a caller does that reads the body only when it is told to.
      expect(readChallenge(head, vector.needsBody ? vector.body : undefined)).toEqual(
        vector.reading,
      )
    })
  }
})
