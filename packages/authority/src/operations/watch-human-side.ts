import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { HumanSideNews } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface WatchHumanSideInput {
  readonly by: Caller
  readonly signal?: AbortSignal
}

export const watchHumanSide = (
  _context: Context,
  _input: WatchHumanSideInput,
): AsyncGenerator<readonly HumanSideNews[], void, void> => notYet()
