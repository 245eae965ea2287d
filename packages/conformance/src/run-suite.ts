import type { SuiteCase } from './suite-case.ts'

/** What every runner of today has, by whatever name: vitest, node:test, jest. */
export interface Runner {
  describe(title: string, body: () => void): void
  readonly it: {
    (title: string, run: () => Promise<void>, timeoutMs?: number): unknown
    readonly skip?: (title: string, run: () => Promise<void>) => unknown
  }
}

/** Ten times what a case with three processes of a heavy framework takes. */
const DEADLINE_MS = 120_000

/** Registers a suite with a test runner: `runSuite('my adapter', testAdapter(driver), { describe, it })`. */
export function runSuite(
  title: string,
  cases: readonly (SuiteCase & {
    readonly skipped?: { readonly reason: string; readonly proof: string }
  })[],
  { describe, it }: Runner,
): void {
  describe(title, () => {
    for (const each of cases) {
      const name = `${each.id} — ${each.title}`
      if (!each.skipped) it(name, () => each.run(), DEADLINE_MS)
      else
        it.skip?.(`${name}: ${each.skipped.reason} (proof: ${each.skipped.proof})`, () =>
          each.run())
    }
  })
}
