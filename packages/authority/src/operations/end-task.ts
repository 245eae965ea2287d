import { type Caller, findTask } from '../caller.ts'
import type { Context } from '../context.ts'
import { readText } from '../input.ts'
import { requireRight } from '../rights.ts'
import { tellSuspended } from '../suspension.ts'

export interface EndTaskInput {
  readonly by: Caller
  readonly taskId: string
  /** Internal; kept in the audit, never told to the agent. */
  readonly reason?: unknown
}

export interface TaskEnding {
  readonly taskId: string
  /** Milliseconds. A repeat, and a task that ended otherwise, gives the first time. */
  readonly endedAt: number
  /** Tokens that lived until now. */
  readonly revoked: number
}

/** A person ends a task: its tokens are dead and its waits over when this returns. Idempotent. */
export const endTask = async (context: Context, input: EndTaskInput): Promise<TaskEnding> => {
  const user = requireRight(context, input.by, ['jit.approve', 'jit.admin'])
  const reason = readText('reason', input.reason, 4000)
  const found = await findTask(context, input.taskId)
  const at = context.clock.now()
  const { won, task, killed } = await context.store.endTask(found.id, {
    state: 'suspended',
    at,
    by: `user:${user.id}`,
    because: 'ended_by_user',
    ...(reason !== undefined && { reason }),
  })
  if (won && task) tellSuspended(context, { task, killed })
  return { taskId: found.id, endedAt: task?.endedAt ?? at, revoked: killed }
}
