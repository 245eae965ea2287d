import type { Context } from '../context.ts'
import { notYet } from '../not-yet.ts'

export interface EndSessionInput {
  readonly session: string
}

export const endSession = async (_context: Context, _input: EndSessionInput): Promise<boolean> =>
  notYet()
