import type { Context } from '../context.ts'
import { notYet } from '../not-yet.ts'

export interface CreateSignInLinkInput {
  readonly userId: string
}

export const createSignInLink = async (
  _context: Context,
  _input: CreateSignInLinkInput,
): Promise<{ readonly code: string; readonly expiresAt: number }> => notYet()
