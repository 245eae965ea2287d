import type { StreamEvent } from './event-stream.ts'
import { sha256 } from './sha256.ts'

// Longer than any clock skew a guard may allow: an entry goes only when nothing it speaks of can still pass.
const KEEP_AFTER_EXPIRY_MS = 60_000
const PRUNE_EVERY_MS = 60_000

/** What the feed has named so far. The feed carries only SHA-256 hashes, so that reading it teaches nobody an id. */
export class Revocations {
  readonly #tokens = new Map<string, number>()
  readonly #tasks = new Map<string, number>()
  #prunedAt = Number.NEGATIVE_INFINITY

  /** Takes `revoked` and `task-ended`; other events mean nothing here. Throws on one it cannot read. */
  take(event: StreamEvent): void {
    if (event.event === 'revoked') this.#add(this.#tokens, event.data, 'token')
    else if (event.event === 'task-ended') this.#add(this.#tasks, event.data, 'task')
  }

  async include(jti: string, taskId: string | undefined): Promise<boolean> {
    const [token, task] = await Promise.all([sha256(jti), taskId && sha256(taskId)])
    return this.#tokens.has(token) || (task !== undefined && this.#tasks.has(task))
  }

  get size(): number {
    return this.#tokens.size + this.#tasks.size
  }

  prune(now: number): void {
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return
    this.#prunedAt = now
    for (const entries of [this.#tokens, this.#tasks]) {
      for (const [hash, until] of entries) if (until < now) entries.delete(hash)
    }
  }

  #add(entries: Map<string, number>, data: string, member: 'token' | 'task'): void {
    const value = JSON.parse(data) as { readonly [name: string]: unknown } | null
    const hash = value?.[member]
    const exp = value?.exp
    if (typeof hash !== 'string' || hash === '' || typeof exp !== 'number') {
      throw new Error(`An event of the feed lacks ${member} or exp.`)
    }
    const until = exp * 1000 + KEEP_AFTER_EXPIRY_MS
    entries.set(hash, Math.max(until, entries.get(hash) ?? 0))
  }
}
