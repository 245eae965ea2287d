import type { TaskStatus } from '../human-side.ts'
import type { StoredPage, Window } from '../page.ts'
import type { StoredAudit, StoredRequest, StoredTask } from '../records.ts'

export interface AuditFilter {
  readonly chain?: string
  readonly kind?: string
  readonly by?: string
  /** Milliseconds; from and until, both counted in. */
  readonly since?: number
  readonly until?: number
}

/** What people look at: lists in an order and in parts, so that a long one costs what is looked at. */
export interface ReadingStore {
  /** Undecided and unexpired: riskiest first, then oldest. A position is rank, `createdAt`, id. */
  pendingPage(
    at: number,
    window: Window,
  ): Promise<
    StoredPage<{
      readonly request: StoredRequest
      readonly task: StoredTask
      /** Tokens of the task that live. */
      readonly holds: number
    }>
  >
  /** Newest first. A position is `createdAt`, id. */
  taskPage(
    at: number,
    filter: { readonly state?: TaskStatus; readonly agentId?: string },
    window: Window,
  ): Promise<
    StoredPage<{ readonly task: StoredTask; readonly pending: number; readonly holds: number }>
  >
  /** In the order they were asked. */
  requestsOf(taskId: string): Promise<readonly StoredRequest[]>
  /** Requests with a token that lives; the one that ends soonest first. A position is its end, id. */
  grantPage(
    at: number,
    filter: { readonly taskId?: string },
    window: Window,
  ): Promise<StoredPage<{ readonly request: StoredRequest; readonly task: StoredTask }>>
  /** Newest first. `kind` and `by` match what begins so. A position is `at`, chain, sequence. */
  auditPage(filter: AuditFilter, window: Window): Promise<StoredPage<StoredAudit>>
}
