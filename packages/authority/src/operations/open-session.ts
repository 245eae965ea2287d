import type { Context } from '../context.ts'
import type { OpenedSession } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface OpenSessionInput {
  readonly userId: string
  readonly method: string
}

export const openSession = async (
  _context: Context,
  _input: OpenSessionInput,
): Promise<OpenedSession> => notYet()
