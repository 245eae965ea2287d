import type { SuiteCase } from '../suite-case.ts'
import { agentCases } from './agents.ts'
import { auditCases } from './audit.ts'
import { deliveryCases } from './deliveries.ts'
import type { OpenAuthorityStore, WithStore } from './open-authority-store.ts'
import { peopleCases } from './people.ts'
import { raceCases } from './races.ts'
import { readingCases } from './reading.ts'
import { tokenCases } from './tokens.ts'
import { transitionCases } from './transitions.ts'

/**
 * What every `AuthorityStore` must do: each transition happens or not, with one winner, and what has
 * to die with it dies in the same step. A store with a second connection is raced through both; one
 * that gives `reopen` is held to that too.
 */
export function testAuthorityStore(open: () => Promise<OpenAuthorityStore>): readonly SuiteCase[] {
  const withStore: WithStore = (use) => async () => {
    const opened = await open()
    try {
      await use(opened)
    } finally {
      await opened.close()
    }
  }
  return [
    ...transitionCases(withStore),
    ...tokenCases(withStore),
    ...raceCases(withStore),
    ...auditCases(withStore),
    ...readingCases(withStore),
    ...peopleCases(withStore),
    ...agentCases(withStore),
    ...deliveryCases(withStore),
  ]
}
