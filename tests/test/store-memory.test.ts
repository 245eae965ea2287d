import { testStore } from '@lumojit/conformance'
import { memoryStore } from '@lumojit/core'
import { describe, it } from 'vitest'
import { turnedClock } from './shared-clock.ts'

describe('memoryStore', () => {
  const open = async () => {
    const clock = turnedClock()
    return { store: memoryStore(clock), advance: clock.advance, close: () => {} }
  }
  for (const { id, title, run } of testStore(open)) it(`${id} — ${title}`, run)
})
