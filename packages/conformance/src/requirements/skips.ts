/** A case that a suite may leave out for one harness. Anything skipped that is not here is a failure. */
export interface AllowedSkip {
  /** The harness's or driver's `name`. */
  readonly name: string
  /** The requirement's id. */
  readonly id: string
  readonly reason: string
  /** Title (its beginning) of a test that fails on the day the reason no longer holds. */
  readonly proof: string
}

export const allowedSkips: readonly AllowedSkip[] = []
