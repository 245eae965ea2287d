import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { AuditItem } from '../human-side.ts'
import { notYet } from '../not-yet.ts'
import type { Page, PageInput } from '../page.ts'

export interface SearchAuditInput extends PageInput {
  readonly by: Caller
  readonly chain?: unknown
  readonly kind?: unknown
  readonly actor?: unknown
  readonly since?: unknown
  readonly until?: unknown
}

export const searchAudit = async (
  _context: Context,
  _input: SearchAuditInput,
): Promise<Page<AuditItem>> => notYet()
