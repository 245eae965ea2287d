interface Slot {
  readonly promise: Promise<unknown>
  readonly controller: AbortController
  members: number
}

/**
 * Work that is under way once, however many wait for it. Each member can leave by its own signal;
 * the work goes on, unless it was said to end with its last member.
 */
export class Flights {
  readonly #slots = new Map<string, Slot>()

  /**
   * Joins the work of this name, or leads it. `led` tells which. The work is given a signal that
   * aborts when the last member has left, if `endsAlone`, and never otherwise.
   */
  async join<T>(
    name: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<T>,
    endsAlone = false,
  ): Promise<{ readonly value: T; readonly led: boolean }> {
    signal?.throwIfAborted()
    const flying = this.#slots.get(name)
    const slot = flying ?? this.#launch(name, start)
    slot.members += 1
    try {
      return { value: (await orAbort(slot.promise, signal)) as T, led: !flying }
    } finally {
      slot.members -= 1
      if (slot.members === 0 && endsAlone) {
        if (this.#slots.get(name) === slot) this.#slots.delete(name)
        slot.controller.abort()
      }
    }
  }

  #launch<T>(name: string, start: (signal: AbortSignal) => Promise<T>): Slot {
    const controller = new AbortController()
    // Started in a later turn, so that the slot is there before the work can ask for it.
    const promise = Promise.resolve().then(() => start(controller.signal))
    const slot: Slot = { promise, controller, members: 0 }
    this.#slots.set(name, slot)
    // Freed only by its own work: a newcomer may already have taken the name again.
    const free = () => {
      if (this.#slots.get(name) === slot) this.#slots.delete(name)
    }
    promise.then(free, free)
    return slot
  }
}

/** The promise, or the signal's reason, whichever is first. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      // Nobody waits for it any more, and its failure must not end the process.
      promise.catch(() => {})
      reject(signal.reason)
      return
    }
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    const stay = () => signal.removeEventListener('abort', leave)
    promise.then(
      (value) => {
        stay()
        resolve(value)
      },
      (error) => {
        stay()
        reject(error)
      },
    )
  })
}

/** One signal of several that may be there. `AbortSignal.any` costs, so only where it must be. */
export function either(
  one?: AbortSignal | null,
  other?: AbortSignal | null,
): AbortSignal | undefined {
  if (one && other) return AbortSignal.any([one, other])
  return one ?? other ?? undefined
}
