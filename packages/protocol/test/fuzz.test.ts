import { describe, expect, it } from 'vitest'
import { checkChallenge, checkHeader, checkReading, headOf } from './fuzz/check-reading.ts'
import { Random } from './fuzz/random.ts'
import { randomRefusal } from './fuzz/random-refusal.ts'

const INPUTS = Number(process.env.LUMOJIT_FUZZ ?? 50_000)

describe('readers under random refusals', () => {
  it(`challenge:limits — ${INPUTS} refusals, none throws, each is told rightly, work is linear`, {
    timeout: 120_000 + INPUTS * 5,
  }, () => {
    const seen = new Map<string, number>()
    const original = String.prototype.charCodeAt
    let looks = 0
    String.prototype.charCodeAt = function charCodeAt(at) {
      looks++
      return original.call(this, at)
    }
    try {
      for (let seed = 0; seed < INPUTS; seed++) {
        const refusal = randomRefusal(new Random(seed))
        const size = refusal.headers.reduce((sum, [, value]) => sum + value.length, 0)
        const head = headOf(refusal)
        looks = 0
        try {
          const reading = checkReading(head, refusal.body)
          // Three reads, seven looks a character each; `Headers.get` looks at the names it is asked for.
          if (looks > 3 * 7 * size + 1000) throw new Error(`${looks} looks at ${size} characters`)
          checkHeader(head.headers.get('www-authenticate'))
          if (reading.kind === 'challenge') checkChallenge(reading.challenge)
          const what =
            reading.kind === 'challenge'
              ? reading.challenge.dialect
              : reading.kind === 'unreadable'
                ? reading.reason
                : reading.kind
          seen.set(what, (seen.get(what) ?? 0) + 1)
        } catch (cause) {
          throw new Error(`seed ${seed}: ${JSON.stringify(refusal).slice(0, 4000)}`, { cause })
        }
      }
    } finally {
      String.prototype.charCodeAt = original
    }
    // Inputs that never get past the first door would prove nothing: every ending is met, often.
    const often = Math.floor(INPUTS / 2000)
    for (const what of [
      ...['lumoauth', 'rar-403', 'rar-401', 'scope', 'none', 'invalid-token'],
      ...['too-large', 'not-base64', 'not-json', 'too-deep', 'too-many', 'no-type'],
      ...['bad-member', 'types-only'],
    ]) {
      expect(seen.get(what) ?? 0, what).toBeGreaterThanOrEqual(often)
    }
  })
})
