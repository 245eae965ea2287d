import { withoutSkips } from '../skipping.ts'
import type { SuiteCase } from '../suite-case.ts'
import { comparingCases } from './comparing.ts'
import type { GuardHarness } from './harness.ts'
import { revokingCases } from './revoking.ts'
import { guardCasesOf } from './session.ts'
import { verifyingCases } from './verifying.ts'

/**
 * What every guard must do, whatever skin it wears: let nothing pass that it cannot verify, say exactly
 * what is missing, and learn of revocations. The suite brings an issuer of its own on a real socket.
 */
export function testGuard(harness: GuardHarness): readonly SuiteCase[] {
  const it = guardCasesOf(harness)
  return withoutSkips(harness.name, harness.skips ?? [], [
    ...verifyingCases(it),
    ...comparingCases(it),
    ...revokingCases(it),
  ])
}
