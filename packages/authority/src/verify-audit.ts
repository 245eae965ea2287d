import { anchorHash, entryHash } from './audit-chain.ts'
import type { ChainHead, StoredAnchor, StoredAudit } from './records.ts'

export interface AuditProblem {
  /** Task id, `keys`, or `anchors`. */
  readonly chain: string
  /** Where it was noticed. */
  readonly sequence: number
  readonly problem: 'changed' | 'missing' | 'out-of-order' | 'anchor-mismatch' | 'head-mismatch'
}

export interface AuditReport {
  readonly entries: number
  readonly chains: number
  readonly anchors: number
  /** Chains that are kept no longer: an anchor pins their end, the chain `retention` names it. */
  readonly swept: number
  /** Entries after the last anchor of their chain: whole as far as their chain tells, pinned by nothing else. */
  readonly unanchored: number
  readonly problems: readonly AuditProblem[]
}

/** Walks one chain as it lies there and says where it stops being one. */
const walk = (
  chain: string,
  links: readonly { sequence: number; previous: string; hash: string; computed: string }[],
  problems: AuditProblem[],
): void => {
  let sequence = 0
  let previous = ''
  for (const link of links) {
    const at = { chain, sequence: link.sequence }
    if (link.computed !== link.hash) problems.push({ ...at, problem: 'changed' })
    if (link.sequence <= sequence) problems.push({ ...at, problem: 'out-of-order' })
    else if (link.sequence > sequence + 1) problems.push({ ...at, problem: 'missing' })
    else if (link.previous !== previous) problems.push({ ...at, problem: 'changed' })
    sequence = Math.max(sequence, link.sequence)
    previous = link.hash
  }
}

/**
 * Recomputes every hash, follows every chain, and compares both with the heads and the anchors. A
 * changed byte, a missing entry and entries that changed places are each told, also at a chain's end.
 */
export const verifyAudit = (input: {
  readonly entries: readonly StoredAudit[]
  readonly heads: readonly ChainHead[]
  readonly anchors: readonly StoredAnchor[]
}): AuditReport => {
  const problems: AuditProblem[] = []
  const chains = new Map<string, StoredAudit[]>()
  for (const entry of input.entries) {
    const known = chains.get(entry.chain)
    if (known) known.push(entry)
    else chains.set(entry.chain, [entry])
  }
  for (const [chain, entries] of chains)
    walk(
      chain,
      entries.map((entry) => ({ ...entry, computed: entryHash(entry) })),
      problems,
    )
  const hashAt = (chain: string, sequence: number) =>
    chains.get(chain)?.find((entry) => entry.sequence === sequence)?.hash
  for (const { chain, sequence, hash } of input.heads)
    if (chains.get(chain)?.at(-1)?.sequence !== sequence || hashAt(chain, sequence) !== hash)
      problems.push({ chain, sequence, problem: 'head-mismatch' })
  const headed = new Set(input.heads.map(({ chain }) => chain))
  for (const chain of chains.keys())
    if (!headed.has(chain)) problems.push({ chain, sequence: 0, problem: 'head-mismatch' })

  walk(
    'anchors',
    input.anchors.map((anchor) => ({ ...anchor, computed: anchorHash(anchor) })),
    problems,
  )
  const swept = readSwept(chains.get('retention') ?? [])
  const pinned = new Map<string, number>()
  for (const { heads } of input.anchors)
    for (const [chain, sequence, hash] of readHeads(heads)) {
      pinned.set(chain, sequence)
      const end = chains.has(chain) ? undefined : swept.get(chain)
      // Of a chain that is kept no longer its end is known; what anchors pinned before it, is not.
      const known = end ? (sequence < end.sequence ? hash : end.hash) : hashAt(chain, sequence)
      if (known !== hash) problems.push({ chain, sequence, problem: 'anchor-mismatch' })
    }
  for (const [chain, { sequence }] of swept)
    if (pinned.get(chain) !== sequence)
      problems.push({ chain, sequence, problem: 'anchor-mismatch' })
  const unanchored = input.entries.filter(
    ({ chain, sequence }) => sequence > (pinned.get(chain) ?? 0),
  )
  return {
    entries: input.entries.length,
    chains: chains.size,
    anchors: input.anchors.length,
    swept: swept.size,
    unanchored: unanchored.length,
    problems,
  }
}

/** Ends of chains that are kept no longer, as the chain `retention` has them. */
const readSwept = (entries: readonly StoredAudit[]): ReadonlyMap<string, Ending> => {
  const swept = new Map<string, Ending>()
  for (const { kind, data } of entries) {
    if (kind !== 'task.swept') continue
    try {
      const { task, sequence, hash } = JSON.parse(data)
      swept.set(String(task), { sequence: Number(sequence), hash: String(hash) })
    } catch {
      // Somebody made it unreadable, which its hash tells.
    }
  }
  return swept
}

interface Ending {
  readonly sequence: number
  readonly hash: string
}

/** What an anchor pins; nothing when somebody made it unreadable, which its hash tells. */
const readHeads = (text: string): readonly (readonly [string, number, string])[] => {
  try {
    const heads: unknown = JSON.parse(text)
    return Array.isArray(heads) ? (heads.filter(Array.isArray) as [string, number, string][]) : []
  } catch {
    return []
  }
}
