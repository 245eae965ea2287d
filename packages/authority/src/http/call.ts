import type { Context } from '../context.ts'

/** One HTTP call, as a route sees it. */
export interface Call {
  readonly context: Context
  readonly request: Request
  /** Path prefix the caller used, `/orgs/…` or `/t/…`: answers name it again. */
  readonly base: string
  /** The path's own id; empty where the path has none. */
  readonly id: string
}
