/**
 * One thing that must hold. `id` is a requirement id (`requirements.ts`); any test runner loops over
 * cases, titles each `id — title`, and calls `run`, which rejects when the thing does not hold.
 */
export interface SuiteCase {
  readonly id: string
  readonly title: string
  run(): Promise<void>
}
