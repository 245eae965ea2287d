import { type Caller, findTask, requireAgentOfTask } from '../caller.ts'
import { feedTopic, pendingTopic, taskTopic } from '../changes.ts'
import type { Context } from '../context.ts'
import { OperationError } from '../operation-error.ts'

export interface CompleteTaskInput {
  readonly by: Caller
  readonly taskId: string
}

export interface TaskCompletion {
  readonly taskId: string
  /** Milliseconds. A repeat gives the first time. */
  readonly completedAt: number
  /** Tokens that lived until now; 0 on a repeat. */
  readonly revoked: number
}

/** Contract 3.5. Idempotent; every token of the task is dead when this returns. */
export const completeTask = async (
  context: Context,
  input: CompleteTaskInput,
): Promise<TaskCompletion> => {
  const found = await findTask(context, input.taskId)
  const agentId = await requireAgentOfTask(context, input.by, found.id)
  if (found.agentId !== agentId)
    throw new OperationError('task_agent_mismatch', 'The task belongs to another agent.')
  const at = context.clock.now()
  const { won, task, killed } = await context.store.endTask(found.id, {
    state: 'completed',
    at,
    by: `agent:${agentId}`,
  })
  if (won) {
    context.counts.revokedTokens += killed
    context.changes.notify(taskTopic(found.id), feedTopic, pendingTopic)
    context.changes.tell({ kind: 'task-ended', taskId: found.id })
  }
  return { taskId: found.id, completedAt: task?.endedAt ?? at, revoked: killed }
}
