import type { Context } from '../context.ts'
import type { SessionReading } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface ReadSessionInput {
  readonly session: string
  readonly background?: boolean
}

export const readSession = async (
  _context: Context,
  _input: ReadSessionInput,
): Promise<SessionReading | undefined> => notYet()
