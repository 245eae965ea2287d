import { nextAnchor } from '../audit-chain.ts'
import type { StoredAnchor } from '../records.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const auditPart = (
  ground: MemoryGround,
): Pick<AuthorityStore, 'audit' | 'chainHeads' | 'anchors' | 'anchorAudit'> => {
  const { chains, grown } = ground
  const pinned: StoredAnchor[] = []
  return {
    async audit(chain) {
      if (chain !== undefined) return structuredClone(chains.get(chain) ?? [])
      const byName = [...chains].sort(([a], [b]) => (a < b ? -1 : 1))
      return structuredClone(byName.flatMap(([, entries]) => entries))
    },
    async chainHeads() {
      const heads = [...chains.values()].flatMap((entries) => entries.at(-1) ?? [])
      return heads.map(({ chain, sequence, hash }) => ({ chain, sequence, hash }))
    },
    async anchors() {
      return structuredClone(pinned)
    },
    async anchorAudit(at) {
      if (grown.size === 0) return false
      const heads = [...grown].flatMap((chain) => chains.get(chain)?.at(-1) ?? [])
      pinned.push(nextAnchor(pinned.at(-1), heads, at))
      grown.clear()
      return true
    },
  }
}
