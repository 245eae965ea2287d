import { pageOf } from '../page.ts'
import type { DeliveryStore } from '../store/deliveries.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const deliveryPart = (ground: MemoryGround): Pick<AuthorityStore, keyof DeliveryStore> => {
  const { deliveries, webhooks } = ground
  return {
    subscribe(subscriptions) {
      webhooks.splice(0, webhooks.length, ...subscriptions)
    },
    async takeDeliveries(at, { most, leaseMs }) {
      const due = [...deliveries.values()].filter((each) => (each.due ?? at + 1) <= at)
      const taken = due.slice(0, most).map((each) => ({ ...each, due: at + leaseMs }))
      for (const each of taken) deliveries.set(each.id, each)
      return structuredClone(taken)
    },
    async settleDelivery({ id, due }, { status, delivered, retryAt }) {
      const owed = deliveries.get(id)
      if (!owed || due === undefined || owed.due !== due) return
      if (delivered) return void deliveries.delete(id)
      const { due: _, ...rest } = owed
      deliveries.set(id, {
        ...rest,
        attempts: owed.attempts + 1,
        lastStatus: status,
        ...(retryAt !== undefined && { due: retryAt }),
      })
    },
    async deliveryPage({ state }, window) {
      const matching = [...deliveries.values()].filter(
        ({ due }) => state === undefined || (state === 'dead') === (due === undefined),
      )
      return structuredClone(pageOf(matching, window, ({ at, id }) => [at, id], -1))
    },
    async retryDelivery(id, at) {
      const owed = deliveries.get(id)
      if (!owed || owed.due !== undefined) return undefined
      const again = { ...owed, attempts: 0, due: at }
      deliveries.set(id, again)
      return { ...again }
    },
    async deliveryCounts() {
      const urls = [...new Set([...deliveries.values()].map(({ url }) => url))].sort()
      return urls.map((url) => {
        const own = [...deliveries.values()].filter((each) => each.url === url)
        const dead = own.filter(({ due }) => due === undefined).length
        return { url, due: own.length - dead, dead }
      })
    },
  }
}
