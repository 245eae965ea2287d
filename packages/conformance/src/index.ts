export type {
  Approval,
  AuthorityCounts,
  AuthorityHarness,
  OpenAuthority,
} from './authority/harness.ts'
export { testAuthority } from './authority/test-authority.ts'
export type { GuardHarness, GuardSetup, OpenGuard } from './guard/harness.ts'
export { testGuard } from './guard/test-guard.ts'
export type { Requirement, Sabotage } from './requirements/requirement.ts'
export { type AllowedSkip, allowedSkips } from './requirements/skips.ts'
export { requirements } from './requirements.ts'
export type { OpenStore } from './store/open-store.ts'
export { testStore } from './store/test-store.ts'
export type { SuiteCase } from './suite-case.ts'
