import type { SuiteCase } from '../suite-case.ts'
import { atomicCases } from './atomic.ts'
import { lifetimeCases } from './lifetime.ts'
import type { OpenStore, OpenStoreCase } from './open-store.ts'
import { recordCases } from './records.ts'
import { survivalCases } from './survival.ts'

/**
 * What every `Store` (core's port) must do: records with a lifetime, exact to the millisecond, and
 * conditional writes that have one winner. A store that claims to outlive its process is held to that, too.
 */
export function testStore(
  open: () => Promise<OpenStore>,
  claims: { readonly outlivesProcess?: boolean } = {},
): readonly SuiteCase[] {
  const withStore: OpenStoreCase = (use) => async () => {
    const opened = await open()
    try {
      await use(opened)
    } finally {
      await opened.close()
    }
  }
  return [
    ...recordCases(withStore),
    ...lifetimeCases(withStore),
    ...atomicCases(withStore),
    ...(claims.outlivesProcess ? survivalCases(withStore) : []),
  ]
}
