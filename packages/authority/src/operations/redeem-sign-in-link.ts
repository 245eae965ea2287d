import type { Context } from '../context.ts'
import type { OpenedSession } from '../human-side.ts'
import { notYet } from '../not-yet.ts'

export interface RedeemSignInLinkInput {
  readonly code: unknown
}

export const redeemSignInLink = async (
  _context: Context,
  _input: RedeemSignInLinkInput,
): Promise<OpenedSession> => notYet()
