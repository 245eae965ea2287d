/** Numbers that repeat for the same seed (mulberry32), so that a failing input can be made again. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to, not including, `below`. */
  int(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below)
  }

  chance(percent: number): boolean {
    return this.int(100) < percent
  }

  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    return items[this.int(items.length)] as T
  }

  some<T>(items: readonly T[], percent: number): T[] {
    return items.filter(() => this.chance(percent))
  }
}
