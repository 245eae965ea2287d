import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import type { LiveGrant } from '../human-side.ts'
import { notYet } from '../not-yet.ts'
import type { Page, PageInput } from '../page.ts'

export interface ListGrantsInput extends PageInput {
  readonly by: Caller
  readonly taskId?: unknown
}

export const listGrants = async (
  _context: Context,
  _input: ListGrantsInput,
): Promise<Page<LiveGrant>> => notYet()
