import type { AuthorityStore } from '@lumojit/authority'

/** An authority's store under test. */
export interface OpenAuthorityStore {
  readonly store: AuthorityStore
  /** The same records through another connection, as another process has them. Absent: nobody else can. */
  readonly second?: AuthorityStore
  /** For stores that outlive their process: closes every connection and opens a new one. */
  readonly reopen?: () => Promise<AuthorityStore>
  close(): Promise<void> | void
}

export type WithStore = (use: (opened: OpenAuthorityStore) => Promise<void>) => () => Promise<void>
