import { callbackTopic, feedTopic, pendingTopic, taskTopic } from './changes.ts'
import type { Context } from './context.ts'
import type { StoredTask } from './records.ts'

/** The store has suspended a task: its waits end now, and the feed says so. */
export const tellSuspended = (
  context: Context,
  { task, killed }: { readonly task: StoredTask; readonly killed: number },
): void => {
  context.counts.suspendedTasks++
  context.counts.revokedTokens += killed
  context.changes.notify(taskTopic(task.id), feedTopic, pendingTopic, callbackTopic)
  context.changes.tell({ kind: 'task-ended', taskId: task.id })
}
