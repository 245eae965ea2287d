import { describe, expect, it } from 'vitest'
import {
  type AuthorizationDetails,
  canonical,
  compareGranted,
  covers,
  readDetails,
} from '../src/index.ts'
import { Random } from './fuzz/random.ts'
import { randomDetails, reworded, weakened } from './fuzz/random-details.ts'

const ROUNDS = 3000
const show = (...details: AuthorizationDetails[]) => details.map((one) => canonical(one)).join(' ')
const parsed = (text: string) => JSON.parse(text) as AuthorizationDetails

/** Runs a law and says how often its premise held: a law nobody ever put to the test proves nothing. */
function law(seed: number, check: (random: Random, round: string) => boolean): number {
  const random = new Random(seed)
  let held = 0
  for (let round = 0; round < ROUNDS; round++) if (check(random, `round ${round}`)) held++
  return held
}

describe('covers and canonical, for any details', () => {
  it('covers is reflexive, and a permission equals itself in other words', () => {
    law(1, (random, round) => {
      const a = randomDetails(random)
      const b = reworded(random, a)
      expect(covers(a, a), round).toBe(true)
      expect(canonical(b), round).toBe(canonical(a))
      expect(compareGranted(a, b), round).toBe('equal')
      return true
    })
  })

  it('covers is transitive', () => {
    const held = law(2, (random) => {
      const a = randomDetails(random)
      const b = random.chance(80) ? weakened(random, a) : randomDetails(random)
      const c = random.chance(80) ? weakened(random, b) : randomDetails(random)
      if (!covers(a, b) || !covers(b, c)) return false
      expect(covers(a, c), show(a, b, c)).toBe(true)
      return true
    })
    expect(held).toBeGreaterThan(ROUNDS / 4)
  })

  it('covers sees the canonical form and the original alike', () => {
    let yes = 0
    law(3, (random) => {
      const a = randomDetails(random)
      const b = random.chance(50) ? weakened(random, a) : randomDetails(random)
      const expected = covers(a, b)
      if (expected) yes++
      expect(covers(parsed(canonical(a)), b), show(a, b)).toBe(expected)
      expect(covers(a, parsed(canonical(b))), show(a, b)).toBe(expected)
      return true
    })
    expect(yes).toBeGreaterThan(ROUNDS / 5)
    expect(yes).toBeLessThan((ROUNDS * 4) / 5)
  })

  it('canonical is idempotent, and readDetails accepts it', () => {
    law(4, (random, round) => {
      const text = canonical(randomDetails(random))
      expect(canonical(parsed(text)), round).toBe(text)
      expect(readDetails(parsed(text)).kind, round).toBe('details')
      return true
    })
  })

  it('covers is antisymmetric on canonical forms', () => {
    const held = law(5, (random) => {
      const a = randomDetails(random)
      const b = random.chance(50) ? reworded(random, a) : weakened(random, a)
      const both = covers(a, b) && covers(b, a)
      expect(canonical(a) === canonical(b), show(a, b)).toBe(both)
      return both
    })
    expect(held).toBeGreaterThan(ROUNDS / 4)
    expect(held).toBeLessThan(ROUNDS)
  })

  it('ask:granted-compared-when-stated — the comparison and the order say the same', () => {
    const seen = new Set<string>()
    law(6, (random) => {
      const a = randomDetails(random)
      const b = random.chance(70) ? weakened(random, a) : randomDetails(random)
      const [granted, asked] = random.chance(50) ? [a, b] : [b, a]
      const comparison = compareGranted(granted, asked)
      seen.add(comparison)
      const order = `${covers(granted, asked)} ${covers(asked, granted)}`
      const expected = { equal: 'true true', narrower: 'false true', broader: 'true false' }
      expect(order, show(granted, asked)).toBe(
        comparison === 'unknown' || comparison === 'unrelated'
          ? 'false false'
          : expected[comparison],
      )
      return true
    })
    expect([...seen].sort()).toEqual(['broader', 'equal', 'narrower', 'unknown', 'unrelated'])
  })
})
