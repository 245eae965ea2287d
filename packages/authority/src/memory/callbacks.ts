import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const callbackPart = (
  ground: MemoryGround,
): Pick<AuthorityStore, 'takeCallbacks' | 'settleCallback'> => {
  const { callbacks } = ground
  return {
    async takeCallbacks(at, { most, leaseMs }) {
      const owed = [...callbacks.values()].filter((each) => each.due <= at).slice(0, most)
      const taken = owed.map((each) => ({ ...each, due: at + leaseMs }))
      for (const each of taken) callbacks.set(each.requestId, each)
      return structuredClone(taken)
    },
    async settleCallback({ requestId, attempts, due }, { retryAt }) {
      const owed = callbacks.get(requestId)
      if (owed?.due !== due) return
      if (retryAt === undefined) callbacks.delete(requestId)
      else callbacks.set(requestId, { ...owed, due: retryAt, attempts: attempts + 1 })
    },
  }
}
