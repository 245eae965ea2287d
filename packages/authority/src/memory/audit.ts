import { nextAnchor } from '../audit-chain.ts'
import type { StoredAnchor } from '../records.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const auditPart = (
  ground: MemoryGround,
): Pick<
  AuthorityStore,
  'audit' | 'chainHeads' | 'anchors' | 'auditSnapshot' | 'anchorAudit' | 'sweep'
> => {
  const { chains, grown, pinnedAt, forgetTasks } = ground
  const pinned: StoredAnchor[] = []
  const all = () =>
    [...chains].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, entries]) => entries)
  const heads = () =>
    [...chains.values()].flatMap((entries) => {
      const head = entries.at(-1)
      return head ? [{ chain: head.chain, sequence: head.sequence, hash: head.hash }] : []
    })
  return {
    async audit(chain) {
      return structuredClone(chain === undefined ? all() : (chains.get(chain) ?? []))
    },
    async chainHeads() {
      return heads()
    },
    async auditSnapshot() {
      return structuredClone({ entries: all(), heads: heads(), anchors: pinned })
    },
    async anchors() {
      return structuredClone(pinned)
    },
    async sweep({ at, before, most }) {
      return forgetTasks(at, before, most)
    },
    async anchorAudit(at) {
      if (grown.size === 0) return false
      const heads = [...grown].flatMap((chain) => chains.get(chain)?.at(-1) ?? [])
      pinned.push(nextAnchor(pinned.at(-1), heads, at))
      for (const { chain, sequence } of heads) pinnedAt.set(chain, sequence)
      grown.clear()
      return true
    },
  }
}
