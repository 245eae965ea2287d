import type { Caller } from '../caller.ts'
import type { Context } from '../context.ts'
import { readDetailsInput, readReuse, readText } from '../input.ts'
import { judge } from '../judge.ts'
import { requireRight } from '../rights.ts'
import type { Verdict } from '../rules.ts'
import { readTarget } from '../target.ts'

export interface TryRulesInput {
  readonly by: Caller
  readonly details: unknown
  readonly resource?: unknown
  readonly reuse?: unknown
  /** As which agent; default: one that has no name. */
  readonly agentId?: unknown
  readonly onBehalfOf?: unknown
}

/** What the rules would say to this question. Nobody asked, nothing is kept. */
export const tryRules = async (context: Context, input: TryRulesInput): Promise<Verdict> => {
  requireRight(context, input.by, ['jit.admin'])
  const onBehalfOf = readText('on_behalf_of', input.onBehalfOf, 255)
  const verdict = await judge(context, {
    details: readDetailsInput(context, input.details),
    resource: readTarget(context, input.resource),
    reuse: readReuse(input.reuse) ?? 'once',
    agentId: readText('agent_id', input.agentId, 255) ?? '',
    task: onBehalfOf === undefined ? {} : { onBehalfOf },
  })
  return { risk: verdict.risk, decision: verdict.decision }
}
