import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { handleSignals } from '../src/signals.ts'
import { turns } from './grounds.ts'

/** What `handleSignals` sees of Node. */
function pretendProcess() {
  const listeners = new Map<string, Set<() => void>>()
  const kill = vi.fn()
  return {
    pid: 4321,
    kill,
    once: (name: string, listener: () => void) => {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener))
    },
    removeListener: (name: string, listener: () => void) =>
      void listeners.get(name)?.delete(listener),
    count: () => [...listeners.values()].reduce((sum, { size }) => sum + size, 0),
    raise: (name: string) => {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        listeners.get(name)?.delete(listener)
        listener()
      }
    },
  }
}

describe('end:revokes-all on signals', () => {
  const real = globalThis.process
  let pretend: ReturnType<typeof pretendProcess>
  beforeEach(() => {
    pretend = pretendProcess()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.stubGlobal('process', pretend)
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
    expect(globalThis.process).toBe(real)
  })

  it.each(['SIGINT', 'SIGTERM'])(
    'end:revokes-all — %s: ends everything, then is raised again',
    async (name) => {
      let ended: () => void = () => {}
      const end = vi.fn(() => new Promise<void>((resolve) => (ended = resolve)))
      handleSignals(end)
      expect(end).not.toHaveBeenCalled()
      pretend.raise(name)
      expect(end).toHaveBeenCalledTimes(1)
      await turns()
      expect(pretend.kill).not.toHaveBeenCalled()
      ended()
      await turns()
      expect(pretend.kill).toHaveBeenCalledExactlyOnceWith(4321, name)
      expect(vi.getTimerCount()).toBe(0)
    },
  )

  it('end:revokes-all — waits two seconds and no longer', async () => {
    handleSignals(() => new Promise(() => {}))
    pretend.raise('SIGTERM')
    await vi.advanceTimersByTimeAsync(1_999)
    expect(pretend.kill).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(pretend.kill).toHaveBeenCalledExactlyOnceWith(4321, 'SIGTERM')
  })

  it('an end that fails raises it as well', async () => {
    handleSignals(() => Promise.reject(new Error('down')))
    pretend.raise('SIGINT')
    await turns()
    expect(pretend.kill).toHaveBeenCalledTimes(1)
  })

  it('the second signal meets nobody: it ends the process as it would have', async () => {
    handleSignals(() => new Promise(() => {}))
    pretend.raise('SIGINT')
    expect(pretend.count()).toBe(0)
  })

  it('undone, it listens to nothing', () => {
    const undo = handleSignals(async () => {})
    expect(pretend.count()).toBe(2)
    undo()
    expect(pretend.count()).toBe(0)
  })

  it('does nothing where there are no signals', () => {
    vi.stubGlobal('process', undefined)
    expect(() => handleSignals(async () => {})()).not.toThrow()
    vi.stubGlobal('process', {})
    expect(() => handleSignals(async () => {})()).not.toThrow()
  })
})
