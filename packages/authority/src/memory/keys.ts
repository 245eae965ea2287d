import { auditNotes } from '../audit-notes.ts'
import type { StoredKey } from '../records.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const keyPart = (ground: MemoryGround): Pick<AuthorityStore, 'keys' | 'addKey'> => {
  const { note } = ground
  let keys: StoredKey[] = []
  return {
    async keys() {
      return structuredClone(keys)
    },
    async addKey(key, { at, by, retireAt }) {
      if ((keys[0]?.generation ?? 0) + 1 !== key.generation) return false
      const retired = keys.map((each) =>
        retireAt === undefined || each.verifiesUntil !== undefined
          ? each
          : { ...each, verifiesUntil: retireAt },
      )
      const useful = retired.filter(({ verifiesUntil }) => (verifiesUntil ?? at + 1) > at)
      keys = [structuredClone(key), ...useful]
      note(auditNotes.keyAdded(key, at, by))
      return true
    },
  }
}
