import type { AuthorizationDetails, Reuse } from '@lumojit/protocol'
import type { Context } from './context.ts'
import type { StoredTask } from './records.ts'
import type { Verdict } from './rules.ts'

/** Asks the rules. Rules that fail, or say what nobody knows, leave it to a person. */
export const judge = async (
  context: Context,
  asked: {
    readonly details: AuthorizationDetails
    readonly resource: string | undefined
    readonly reuse: Reuse
    readonly agentId: string
    readonly task: Pick<StoredTask, 'onBehalfOf' | 'subject'>
  },
): Promise<Verdict> => {
  const { details, resource, reuse, agentId, task } = asked
  try {
    const verdict = await context.rules.judge({
      details,
      reuse,
      agentId,
      ...(resource !== undefined && { resource }),
      ...(task.onBehalfOf !== undefined && { onBehalfOf: task.onBehalfOf }),
      ...(task.subject !== undefined && { subject: subjectOf(context, task.subject) }),
    })
    const known = ['grant', 'deny', 'ask'].includes(verdict.decision)
    return known ? verdict : { ...verdict, decision: 'ask' }
  } catch {
    return { risk: 'critical', decision: 'ask' }
  }
}

/** One who is not known any more has no rights. */
const subjectOf = ({ directory }: Context, id: string) => {
  const { email = '', rights = [], scope } = directory.user(id) ?? {}
  return { id, email, rights, ...(scope !== undefined && { scope }) }
}
