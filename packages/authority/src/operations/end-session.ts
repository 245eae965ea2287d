import type { Context } from '../context.ts'
import { hashOf } from '../sessions.ts'

export interface EndSessionInput {
  readonly session: string
}

/** Signs out. False when it was over before. */
export const endSession = (context: Context, input: EndSessionInput): Promise<boolean> =>
  context.store.endSession(hashOf(input.session), context.clock.now())
