import { type Caller, findTask, requireAgent } from '../caller.ts'
import type { Context } from '../context.ts'
import { OperationError } from '../operation-error.ts'
import type { SuspensionCause } from '../records.ts'

export interface TaskEvaluation {
  readonly taskId: string
  readonly active: boolean
  readonly riskScore: number
  readonly denials: number
  /** What led to a suspension. Times in milliseconds. */
  readonly events: readonly { readonly type: SuspensionCause; readonly at: number }[]
  readonly action: 'none' | 'suspended' | 'completed' | 'expired'
}

/** Contract 3.6 and §7: how a task stands. Suspension happens when its cause does, not here. */
export const evaluate = async (
  context: Context,
  input: { readonly by: Caller; readonly taskId: string },
): Promise<TaskEvaluation> => {
  const task = await findTask(context, input.taskId)
  if ('agent' in input.by) {
    if ((await requireAgent(context, input.by)) !== task.agentId)
      throw new OperationError('task_agent_mismatch', 'The task belongs to another agent.')
  } else if (!context.directory.user(input.by.user))
    throw new OperationError('invalid_token', 'The user is not known here.')
  const past = context.clock.now() >= task.expiresAt
  const ended = task.state === 'active' ? (past ? 'expired' : 'none') : task.state
  const { riskScore, denials, endedBecause: type, endedAt } = task
  return {
    taskId: task.id,
    active: ended === 'none',
    riskScore,
    denials,
    events: type === undefined ? [] : [{ type, at: endedAt ?? 0 }],
    action: ended,
  }
}
