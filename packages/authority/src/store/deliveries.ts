import type { StoredPage, Window } from '../page.ts'
import type { StoredDelivery } from '../records.ts'
import type { Subscription } from '../webhook-events.ts'

/** News for the systems of people. */
export interface DeliveryStore {
  /** From now on what these want to hear is owed to them, in the same step in which it happens. */
  subscribe(webhooks: readonly Subscription[]): void
  /** As `takeCallbacks`. */
  takeDeliveries(
    at: number,
    options: { readonly most: number; readonly leaseMs: number },
  ): Promise<readonly StoredDelivery[]>
  /** Delivered: forgotten. Else tried again at `retryAt`, or without one given up, and kept to be seen. */
  settleDelivery(
    delivery: StoredDelivery,
    outcome: { readonly status: number; readonly delivered: boolean; readonly retryAt?: number },
  ): Promise<void>
  /** Newest first. A position is `at`, id. */
  deliveryPage(
    filter: { readonly state?: 'due' | 'dead' },
    window: Window,
  ): Promise<StoredPage<StoredDelivery>>
  /** One that was given up is due again. */
  retryDelivery(id: string, at: number): Promise<StoredDelivery | undefined>
  deliveryCounts(): Promise<
    readonly { readonly url: string; readonly due: number; readonly dead: number }[]
  >
}
