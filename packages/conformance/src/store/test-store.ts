import type { SuiteCase } from '../suite-case.ts'
import { atomicCases } from './atomic.ts'
import { lifetimeCases } from './lifetime.ts'
import type { OpenStore, OpenStoreCase } from './open-store.ts'
import { recordCases } from './records.ts'

/**
 * What every `Store` (core's port) must do: records with a lifetime, exact to the millisecond, and
 * conditional writes that have one winner. A store that gives `reopen` is also held to it.
 */
export function testStore(open: () => Promise<OpenStore>): readonly SuiteCase[] {
  const withStore: OpenStoreCase = (use) => async () => {
    const opened = await open()
    try {
      await use(opened)
    } finally {
      await opened.close()
    }
  }
  return [...recordCases(withStore), ...lifetimeCases(withStore), ...atomicCases(withStore)]
}
