import {
  compareGranted,
  covers,
  type Grant,
  type Permission,
  type RequestRef,
  type Reuse,
} from '@lumojit/protocol'
import type { Refusal } from './errors.ts'
import { canonicalPermission, denialKey, type Question } from './question.ts'
import { withoutFragment } from './resource-list.ts'

/** What an application may know of a grant. The token stays inside. */
export interface GrantInfo {
  readonly requestId: string
  /** The `url` of its resource. */
  readonly resource: string
  readonly granted?: Permission
  /** Milliseconds of the local clock. */
  readonly expiresAt: number
  readonly reuse: Reuse
}

export interface Entry {
  readonly grant: Grant
  readonly canonical: string
  readonly reuse: Reuse
  /** The question it answers, for renewal. */
  readonly question: Question
  /** Who may spend a `once` grant: the calls that asked, named by unit. */
  readonly units: Set<string>
  /** Asked for ahead and handed to a call: no other may spend it. */
  spentBy?: string
}

/** Places remembered to start with a grant; an agent that walks a whole site does not keep every page. */
const MOST_LEARNED = 1_000

/**
 * What one task holds, by resource: live grants, questions that were asked, denials, and which
 * grant a method and URL needed the last time. Nothing here crosses a task or a resource.
 */
export class Ledger {
  readonly #entries = new Map<string, Entry>()
  readonly #refs = new Map<string, RequestRef>()
  readonly #denials = new Map<string, Refusal>()
  readonly #learned = new Map<string, Entry>()

  /** The narrowest live grant of this resource that covers the question and that this call may use. */
  find(question: Question, now: number, except?: ReadonlySet<Entry>): Entry | undefined {
    let best: Entry | undefined
    for (const entry of this.#entries.values()) {
      if (entry.grant.resource.url !== question.resource.url) continue
      if (entry.grant.expiresAt <= now || except?.has(entry)) continue
      if (!mayUse(entry, question) || !serves(entry, question)) continue
      if (!best || narrower(entry.grant, best.grant)) best = entry
    }
    return best
  }

  /** A new token for the same request takes the place of the one before it. */
  add(entry: Entry): Entry {
    this.#entries.set(entry.grant.ref.requestId, entry)
    return entry
  }

  byRequest(requestId: string): Entry | undefined {
    return this.#entries.get(requestId)
  }

  drop(entry: Entry): void {
    const { requestId } = entry.grant.ref
    if (this.#entries.get(requestId) === entry) this.#entries.delete(requestId)
    for (const [where, learned] of this.#learned) if (learned === entry) this.#learned.delete(where)
  }

  grants(): readonly Grant[] {
    return [...this.#entries.values()].map((entry) => entry.grant)
  }

  remember(name: string, ref: RequestRef): void {
    this.#refs.set(name, ref)
  }

  known(name: string): RequestRef | undefined {
    return this.#refs.get(name)
  }

  forget(name: string): void {
    this.#refs.delete(name)
  }

  /** Every request asked so far, with the name of its question. */
  requests(): readonly (readonly [requestId: string, question: string])[] {
    return [...this.#refs].map(([name, { requestId }]) => [requestId, name] as const)
  }

  forgetRequest(requestId: string): void {
    for (const [name, ref] of this.#refs) if (ref.requestId === requestId) this.#refs.delete(name)
  }

  deny(question: Question, refusal: Refusal): void {
    this.#denials.set(denialKey(question), refusal)
  }

  denied(question: Question): Refusal | undefined {
    return this.#denials.get(denialKey(question))
  }

  /** The application insisted, and was granted what had been denied. */
  pardon(question: Question): void {
    this.#denials.delete(denialKey(question))
  }

  /** Only what the whole task may use is ever sent before anybody asked for it. */
  learn(method: string, url: string, entry: Entry): void {
    if (entry.reuse !== 'task') return
    const [oldest] = this.#learned.keys()
    if (oldest !== undefined && this.#learned.size >= MOST_LEARNED) this.#learned.delete(oldest)
    this.#learned.set(place(method, url), entry)
  }

  learned(method: string, url: string, now: number): Entry | undefined {
    const entry = this.#learned.get(place(method, url))
    return entry && entry.grant.expiresAt > now ? entry : undefined
  }

  unlearn(method: string, url: string): void {
    this.#learned.delete(place(method, url))
  }
}

/** A fragment never leaves, so it makes no difference. */
function place(method: string, url: string): string {
  return `${method} ${withoutFragment(url)}`
}

export function infoOf({ grant, reuse }: Entry): GrantInfo {
  return {
    requestId: grant.ref.requestId,
    resource: grant.resource.url,
    ...(grant.granted ? { granted: grant.granted } : {}),
    expiresAt: grant.expiresAt,
    reuse,
  }
}

/** A `once` grant serves the calls that asked for it. */
export function mayUse(entry: Entry, question: Question): boolean {
  return entry.reuse === 'task' || entry.units.has(question.unit)
}

/** A grant whose extent the authority did not state serves equal questions only. */
export function serves(entry: Entry, question: Question): boolean {
  const { granted } = entry.grant
  if (!granted) return entry.canonical === question.canonical
  if (granted.kind === 'details' && question.permission.kind === 'details') {
    return covers(granted.details, question.permission.details)
  }
  if (granted.kind === 'scope' && question.permission.kind === 'scope') {
    return question.permission.scope.every((scope) => granted.scope.includes(scope))
  }
  return false
}

function narrower(one: Grant, other: Grant): boolean {
  const [mine, theirs] = [one.granted ?? one.asked, other.granted ?? other.asked]
  if (mine.kind === 'details' && theirs.kind === 'details') {
    return compareGranted(mine.details, theirs.details) === 'narrower'
  }
  return canonicalPermission(mine).length < canonicalPermission(theirs).length
}
