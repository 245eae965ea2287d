import type { Permission } from '@lumojit/protocol'
import type { Call } from './call.ts'
import { refuse } from './errors.ts'
import type { Question } from './question.ts'
import { isAt } from './resource-list.ts'
import type { TaskState } from './task-state.ts'

/** What may not even be asked: a foreign place, a type not listed, several where the authority takes one. */
export async function admissible(
  task: TaskState,
  { permission, resource }: Question,
): Promise<void> {
  if (permission.kind === 'scope') return
  for (const detail of permission.details) {
    if (resource.types && !resource.types.includes(detail.type)) throw refuse('TYPE_NOT_LISTED')
    if (detail.locations?.some((location) => !isAt(location, resource)))
      throw refuse('FOREIGN_LOCATION')
  }
  if (permission.details.length > 1 && !(await task.ground.capabilities()).manyDetails) {
    throw refuse('MANY_DETAILS_UNSUPPORTED')
  }
}

/** The question as this application lets it be asked; a policy that fails has said no. */
export async function underPolicy(
  task: TaskState,
  call: Call,
  question: Question,
): Promise<Question> {
  const { policy } = task.ground
  if (!policy) return question
  const { onBehalfOf } = task.options
  const decide = async () =>
    policy.decide({
      // Copies: what a policy does with them changes neither the call nor the question.
      permission: structuredClone(question.permission) as Permission,
      resource: { ...question.resource },
      method: question.method,
      url: new URL(question.url),
      reuse: question.reuse,
      asksSoFar: task.asked,
      ...(call.toolName ? { toolName: call.toolName } : {}),
      ...(onBehalfOf ? { subject: onBehalfOf } : {}),
    })
  const verdict = await decide().catch(() => undefined)
  // A policy that answers nothing readable has not said yes.
  if (verdict?.allow === true)
    return verdict.reuse ? { ...question, reuse: verdict.reuse } : question
  const reason = verdict && 'reason' in verdict ? { message: verdict.reason } : {}
  throw refuse('POLICY_REFUSED', reason)
}
