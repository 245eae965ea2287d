import { withoutSkips } from '../skipping.ts'
import type { SuiteCase } from '../suite-case.ts'
import { decisionCases } from './decisions.ts'
import { endingCases } from './ending.ts'
import type { AuthorityHarness } from './harness.ts'
import { samenessCases } from './sameness.ts'
import { secrecyCases } from './secrecy.ts'
import { casesOf } from './session.ts'
import { taskCases } from './tasks.ts'
import { tokenCases } from './tokens.ts'

/**
 * What every implementation of the port `Authority` must do when its server keeps tasks, in process
 * or over the wire. A person, a resource and the clock act beside it, at the server itself.
 */
export function testAuthority(harness: AuthorityHarness): readonly SuiteCase[] {
  const it = casesOf(harness)
  return withoutSkips(harness.name, harness.skips ?? [], [
    ...taskCases(it),
    ...decisionCases(it),
    ...samenessCases(it),
    ...endingCases(it),
    ...tokenCases(it),
    ...secrecyCases(it),
  ])
}
