/**
 * A small patch to a copy of the source that takes the behaviour away, so that the tests which name
 * the requirement must turn red. `find` occurs exactly once in `file` (from the repository's root).
 */
export interface Sabotage {
  readonly file: string
  readonly find: string
  readonly replace: string
  /** What is gone once it is applied; needed where the patch does not say it by itself. */
  readonly why?: string
}

/** One thing that must hold. Test titles that check it begin with `id`. */
export interface Requirement {
  /** `room:sentence-in-short`; lower case. */
  readonly id: string
  /** One sentence. */
  readonly says: string
  /** Where it was settled, for example `design §6, ruling 10`. */
  readonly source: string
  readonly sabotages: readonly Sabotage[]
}
