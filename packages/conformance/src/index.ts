export { type OpenStore, testStore } from './store/test-store.ts'
export type { SuiteCase } from './suite-case.ts'
