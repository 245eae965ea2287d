import type { Store } from '@lumojit/core'
import type { SuiteCase } from '../suite-case.ts'
import { atomicCases } from './atomic.ts'
import { lifetimeCases } from './lifetime.ts'
import { recordCases } from './records.ts'

/** A store under test, with the hands the suite needs on its time and on its process. */
export interface OpenStore {
  readonly store: Store
  /** Moves the store's clock forward by exactly this many milliseconds. */
  advance(ms: number): Promise<void> | void
  /** For stores that outlive their process: the same records through a new connection. */
  readonly reopen?: () => Promise<Store>
  close(): Promise<void> | void
}

export type OpenStoreCase = (use: (opened: OpenStore) => Promise<void>) => () => Promise<void>

/**
 * What every `Store` (core's port) must do: records with a lifetime, exact to the millisecond, and
 * conditional writes that have one winner. A store that gives `reopen` is also held to it.
 */
export function testStore(open: () => Promise<OpenStore>): readonly SuiteCase[] {
  const withStore: OpenStoreCase = (use) => async () => {
    const opened = await open()
    try {
      await use(opened)
    } finally {
      await opened.close()
    }
  }
  return [...recordCases(withStore), ...lifetimeCases(withStore), ...atomicCases(withStore)]
}
