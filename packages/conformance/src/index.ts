export type { AdapterCase, AdapterSuiteOptions } from './adapter/case.ts'
export { type ScriptedModel, scriptedModel } from './adapter/scripted-model.ts'
export { testAdapter } from './adapter/test-adapter.ts'
export type {
  AdapterDriver,
  AdapterRun,
  AdapterSetup,
  AdapterSkip,
  ModelCall,
  ModelTurn,
  SaidTurn,
  Seen,
  SuiteArgs,
  SuiteTool,
  Tamper,
} from './adapter-driver.ts'
export type {
  Approval,
  AuthorityCounts,
  AuthorityHarness,
  OpenAuthority,
} from './authority/harness.ts'
export { testAuthority } from './authority/test-authority.ts'
export type { OpenAuthorityStore } from './authority-store/open-authority-store.ts'
export { testAuthorityStore } from './authority-store/test-authority-store.ts'
export { inOtherProcess, type OtherProcess, otherProcess } from './child/other-process.ts'
export type { GuardHarness, GuardSetup, OpenGuard } from './guard/harness.ts'
export { testGuard } from './guard/test-guard.ts'
export type { Arrival, Effect, PretendApi } from './pretend-api.ts'
export { type ManualClock, manualClock } from './pretend-clock.ts'
export { type Connection, connectWorld } from './pretend-connection.ts'
export type { Claims, Credential } from './pretend-credential.ts'
export { default as pretendDriver } from './pretend-driver.ts'
export { type Faults, type Hold, type PortMethod, pretendFaults } from './pretend-faults.ts'
export type { ApproveOptions, PendingItem, Person, PretendHuman } from './pretend-human.ts'
export { type Handler, type PretendNet, pretendNet } from './pretend-net.ts'
export { createWorld, type World, type WorldOptions } from './pretend-world.ts'
export type { Requirement, Sabotage } from './requirements/requirement.ts'
export { type AllowedSkip, allowedSkips } from './requirements/skips.ts'
export { requirements } from './requirements.ts'
export { type Runner, runSuite } from './run-suite.ts'
export type { OpenStore } from './store/open-store.ts'
export { testStore } from './store/test-store.ts'
export type { SuiteCase } from './suite-case.ts'
