import type { PendingApproval } from '@lumojit/core'
import { decodeBase64url, encodeBase64url } from '@lumojit/protocol'
import type { ModelMessage } from 'ai'

const PREFIX = 'lumojit.'

/** Messages of a run inside a paused call: what it needs to go on. `nth`: which run of that call, from 0. */
export interface Thread {
  readonly nth: number
  readonly messages: readonly ModelMessage[]
}

/** All that is kept of a paused call: what it waits for, its own handle first. */
export interface Pause {
  /** Names the run that was paused. Random, and part of what the handles in it are sealed for. */
  readonly run: string
  readonly approvals: readonly [PendingApproval, ...PendingApproval[]]
  /** Present when what waits is a call of a run inside. */
  readonly threads?: readonly Thread[]
}

/**
 * The id of the SDK's own approval request. It carries the pause, so that messages alone are enough
 * to go on in another process. Whoever holds the messages can read and change it: nothing in it is
 * believed but the sealed handles, and those only after core has checked them.
 */
export function writeApprovalId(pause: Pause): string {
  return PREFIX + encodeBase64url(new TextEncoder().encode(JSON.stringify(pause)))
}

/** Undefined for an id of the SDK or of somebody else, and for one that cannot be read. */
export function readApprovalId(id: unknown): Pause | undefined {
  if (typeof id !== 'string' || !id.startsWith(PREFIX)) return undefined
  const bytes = decodeBase64url(id.slice(PREFIX.length))
  if (!bytes) return undefined
  try {
    const { run, approvals, threads } = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof run !== 'string' || !Array.isArray(approvals) || approvals.length === 0)
      return undefined
    if (!approvals.every(isApproval)) return undefined
    const kept = Array.isArray(threads) ? threads.filter(isThread) : []
    return { run, approvals: approvals as never, ...(kept.length > 0 ? { threads: kept } : {}) }
  } catch {
    return undefined
  }
}

/** For the person who looks at the approval in a generic interface. */
export function reasonOf({ approvals }: Pause): string {
  const waits = approvals.map(({ toolName, requests }) => {
    const where = requests.flatMap(({ approvalUrl }) => (approvalUrl ? [approvalUrl] : []))
    return where.length > 0 ? `${toolName} (${where.join(', ')})` : toolName
  })
  return `Waiting for a decision: ${waits.join(', ')}`
}

function isApproval(value: unknown): value is PendingApproval {
  const { handle, toolName, requests } = Object(value) as Partial<PendingApproval>
  return typeof handle === 'string' && typeof toolName === 'string' && Array.isArray(requests)
}

function isThread(value: unknown): value is Thread {
  const { nth, messages } = Object(value) as Partial<Thread>
  return typeof nth === 'number' && Array.isArray(messages)
}
