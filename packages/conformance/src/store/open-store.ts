import type { Store } from '@lumojit/core'

/** A store under test, with the hands the suite needs on its time and on its process. */
export interface OpenStore {
  readonly store: Store
  /** Moves the store's clock forward by exactly this many milliseconds. */
  advance(ms: number): Promise<void> | void
  /** For stores that outlive their process: closes this one, and gives the same records through a new connection. */
  readonly reopen?: () => Promise<Store>
  close(): Promise<void> | void
}

export type OpenStoreCase = (use: (opened: OpenStore) => Promise<void>) => () => Promise<void>
