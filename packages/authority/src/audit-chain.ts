import { createHash } from 'node:crypto'
import type { Json } from '@lumojit/protocol'
import type { ChainHead, StoredAnchor, StoredAudit } from './records.ts'

/** What a transition tells the audit. */
export interface AuditNote {
  readonly chain: string
  readonly at: number
  readonly kind: string
  readonly by: string
  readonly data: Json
}

/** JSON of a flat list is one text for one list, and escapes what UTF-8 cannot carry. */
const digest = (members: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(members)).digest('base64url')

/** SHA-256, base64url, over the JSON array of every other member, in this order. */
export const entryHash = (entry: Omit<StoredAudit, 'hash'>): string =>
  digest([entry.chain, entry.sequence, entry.at, entry.kind, entry.by, entry.data, entry.previous])

export const anchorHash = (anchor: Omit<StoredAnchor, 'hash'>): string =>
  digest([anchor.sequence, anchor.at, anchor.heads, anchor.previous])

/** The entry that follows `head` in its chain. */
export const nextEntry = (head: ChainHead | undefined, note: AuditNote): StoredAudit => {
  const { chain, at, kind, by } = note
  const entry = {
    chain,
    sequence: (head?.sequence ?? 0) + 1,
    at,
    kind,
    by,
    data: JSON.stringify(note.data),
    previous: head?.hash ?? '',
  }
  return { ...entry, hash: entryHash(entry) }
}

/** The anchor that follows `last` and pins these heads. */
export const nextAnchor = (
  last: Pick<StoredAnchor, 'sequence' | 'hash'> | undefined,
  heads: readonly ChainHead[],
  at: number,
): StoredAnchor => {
  const sorted = [...heads].sort((a, b) => (a.chain < b.chain ? -1 : 1))
  const anchor = {
    sequence: (last?.sequence ?? 0) + 1,
    at,
    heads: JSON.stringify(sorted.map(({ chain, sequence, hash }) => [chain, sequence, hash])),
    previous: last?.hash ?? '',
  }
  return { ...anchor, hash: anchorHash(anchor) }
}
