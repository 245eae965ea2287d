import type { HumanSideNews } from './human-side.ts'

/** One wait for the next change of some topics; registered at once, so that nothing between is missed. */
export interface Watch {
  readonly changed: Promise<void>
  stop(): void
}

/**
 * Tells waiters in this process that the store has something new to say. It carries no data: whoever
 * wakes reads the store again, so a lost or a needless wake-up can never decide anything.
 */
export class Changes {
  readonly #waiting = new Map<string, Set<() => void>>()

  watch(topics: readonly string[]): Watch {
    let wake = () => {}
    const changed = new Promise<void>((resolve) => {
      wake = resolve
    })
    for (const topic of topics) {
      const waiting = this.#waiting.get(topic) ?? new Set()
      waiting.add(wake)
      this.#waiting.set(topic, waiting)
    }
    const stop = () => {
      for (const topic of topics) {
        const waiting = this.#waiting.get(topic)
        waiting?.delete(wake)
        if (waiting?.size === 0) this.#waiting.delete(topic)
      }
    }
    return { changed, stop }
  }

  notify(...topics: readonly string[]): void {
    for (const topic of topics) {
      const waiting = this.#waiting.get(topic)
      this.#waiting.delete(topic)
      for (const wake of waiting ?? []) wake()
    }
  }

  readonly #listeners = new Set<(news: HumanSideNews) => void>()

  /** For whoever shows things to people: what changed, by its ids. Until the function it gives is called. */
  listen(listener: (news: HumanSideNews) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell(news: HumanSideNews): void {
    for (const listener of this.#listeners) listener(news)
    this.notify(webhookTopic)
  }

  /** How many waits are open; a test's way to know that somebody listens. */
  get size(): number {
    return this.#waiting.size
  }
}

export const requestTopic = (id: string): string => `request:${id}`
export const taskTopic = (id: string): string => `task:${id}`
/** It was suspended. */
export const agentTopic = (id: string): string => `agent:${id}`
/** Something was revoked: the feed has news. */
export const feedTopic = 'feed'
/** A wake-up may be due. */
export const callbackTopic = 'callbacks'
/** Something that a webhook may want to hear. */
export const webhookTopic = 'webhooks'
/** The list of open questions changed: a console's cue. */
export const pendingTopic = 'pending'
