import { type Clock, systemClock } from './clock.ts'

/**
 * PORT: small records with a lifetime (challenge ids, claims), shared by the processes that share
 * a task. Never a token. Default: this process's memory.
 */
export interface Store {
  get(key: string): Promise<string | undefined>
  /** Lives `ttlMs` from now. False, and nothing written, when `ifAbsent` and the key is there. Atomic. */
  put(
    key: string,
    value: string,
    options: { readonly ttlMs: number; readonly ifAbsent?: boolean },
  ): Promise<boolean>
  /** Removes and returns; only when the value equals `expected`, if given. Atomic: one caller wins. */
  take(key: string, expected?: string): Promise<string | undefined>
}

/** Forgets with the process, and each record at its time. */
export function memoryStore(clock: Clock = systemClock): Store {
  const records = new Map<string, { value: string; until: number }>()
  let sweepAt = 1024
  const live = (key: string) => {
    const record = records.get(key)
    if (record && record.until > clock.now()) return record
    records.delete(key)
    return undefined
  }
  return {
    get: async (key) => live(key)?.value,
    put: async (key, value, { ttlMs, ifAbsent }) => {
      if (ifAbsent && live(key)) return false
      records.set(key, { value, until: clock.now() + ttlMs })
      if (records.size > sweepAt) {
        for (const known of [...records.keys()]) live(known)
        sweepAt = Math.max(1024, records.size * 2)
      }
      return true
    },
    take: async (key, expected) => {
      const record = live(key)
      if (!record || (expected !== undefined && record.value !== expected)) return undefined
      records.delete(key)
      return record.value
    },
  }
}
