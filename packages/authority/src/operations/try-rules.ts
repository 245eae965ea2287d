import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import { notYet } from '../not-yet.ts'
import type { Verdict } from '../rules.ts'

export interface TryRulesInput {
  readonly by: Caller
  readonly details: unknown
  readonly resource?: unknown
  readonly reuse?: unknown
  readonly agentId?: unknown
  readonly onBehalfOf?: unknown
}

export const tryRules = async (_context: Context, _input: TryRulesInput): Promise<Verdict> =>
  notYet()
