import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { RequestReading } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface ReadRequestInput {
  readonly by: Caller
  readonly requestId: string
}

export const readRequest = async (
  _context: Context,
  _input: ReadRequestInput,
): Promise<RequestReading> => notYet()
