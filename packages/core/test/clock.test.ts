import { describe, expect, it, vi } from 'vitest'
import { systemClock } from '../src/clock.ts'

/** A signal that counts who listens. */
function watched() {
  const controller = new AbortController()
  const { signal } = controller
  const adds = vi.spyOn(signal, 'addEventListener')
  const removes = vi.spyOn(signal, 'removeEventListener')
  return { controller, signal, adds, removes }
}

describe('the system clock', () => {
  it('tells the time of the machine', () => {
    const before = Date.now()
    expect(systemClock.now()).toBeGreaterThanOrEqual(before)
    expect(systemClock.now()).toBeLessThanOrEqual(Date.now())
  })

  it('wakes at its time, not before, and takes its listener away', async () => {
    vi.useFakeTimers()
    try {
      const { signal, adds, removes } = watched()
      let woke = false
      const sleeping = systemClock.sleep(1_000, signal).then(() => {
        woke = true
      })
      await vi.advanceTimersByTimeAsync(999)
      expect(woke).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      await sleeping
      expect(woke).toBe(true)
      expect(adds).toHaveBeenCalledTimes(1)
      expect(removes.mock.calls[0]?.[1]).toBe(adds.mock.calls[0]?.[1])
    } finally {
      vi.useRealTimers()
    }
  })

  it('rejects with the reason at once, and leaves no timer that holds the process', async () => {
    vi.useFakeTimers()
    try {
      const { controller, signal } = watched()
      const reason = new Error('enough')
      const sleeping = systemClock.sleep(60_000, signal)
      controller.abort(reason)
      await expect(sleeping).rejects.toBe(reason)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('does not begin when the signal is over already', async () => {
    const reason = new Error('before')
    vi.useFakeTimers()
    try {
      await expect(systemClock.sleep(1, AbortSignal.abort(reason))).rejects.toBe(reason)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('sleeps longer than a timer of the runtime can (2^31 ms), instead of waking at once', async () => {
    vi.useFakeTimers()
    try {
      const days30 = 30 * 86_400_000
      let woke = false
      const sleeping = systemClock.sleep(days30).then(() => {
        woke = true
      })
      await vi.advanceTimersByTimeAsync(days30 - 1)
      expect(woke).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      await sleeping
      expect(woke).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })
})
