import { describe, expect, it, vi } from 'vitest'
import { emitter, type JitEvent } from '../src/events.ts'

const clock = { now: () => 1_234, sleep: async () => {} }

describe('events', () => {
  it('are not built at all when nobody listens', () => {
    expect(emitter(undefined, clock)).toBeUndefined()
  })

  it('carry the time of the engine’s clock, and whose they are where that is known', () => {
    const seen: JitEvent[] = []
    const emit = emitter((event) => seen.push(event), clock)
    emit?.({ type: 'task-opened' })
    emit?.({ type: 'refused', code: 'DENIED' }, { taskId: 't', callId: undefined })
    expect(seen).toEqual([
      { at: 1_234, type: 'task-opened' },
      { at: 1_234, type: 'refused', code: 'DENIED', taskId: 't' },
    ])
    expect(seen[1]).not.toHaveProperty('callId')
  })

  it('reach the observer before emit returns', () => {
    const observer = vi.fn()
    emitter(observer, clock)?.({ type: 'task-opened' })
    expect(observer).toHaveBeenCalledTimes(1)
  })

  it('an observer that throws has no say', () => {
    const emit = emitter(() => {
      throw new Error('observer')
    }, clock)
    expect(() => emit?.({ type: 'task-opened' })).not.toThrow()
  })

  it('nor has one that rejects: nothing is left unhandled', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const observer = (async () => {
        throw new Error('observer')
      }) as (event: JitEvent) => void
      emitter(observer, clock)?.({ type: 'task-opened' })
      await new Promise((resolve) => setImmediate(resolve))
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })
})
