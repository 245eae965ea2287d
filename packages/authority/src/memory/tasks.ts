import type { AuthorizationDetails } from '@lumojit/protocol'
import { auditNotes } from '../audit-notes.ts'
import type { AuthorityStore } from '../store.ts'
import type { MemoryGround } from './ground.ts'

export const taskPart = (
  ground: MemoryGround,
): Pick<AuthorityStore, 'addTask' | 'task' | 'endTask' | 'refused'> => {
  const { tasks, note, end, sweep, ofTask } = ground
  return {
    async addTask(task) {
      sweep(task.createdAt)
      tasks.set(task.id, structuredClone(task))
      note(auditNotes.taskOpened(task))
    },
    async task(id) {
      return structuredClone(tasks.get(id))
    },
    async endTask(id, { state, at, by, because, reason }) {
      const task = tasks.get(id)
      if (task?.state !== 'active')
        return { won: false, killed: 0, ...(task && { task: structuredClone(task) }) }
      const cause = because === undefined ? {} : { endedBecause: because }
      return { won: true, ...end({ ...task, state, endedAt: at, ...cause }, by, reason) }
    },
    async refused(taskId) {
      const details: AuthorizationDetails[] = ofTask(taskId).flatMap((request) =>
        request.sticks ? [structuredClone(request.granted ?? request.details)] : [],
      )
      return { count: tasks.get(taskId)?.refusals ?? 0, details }
    },
  }
}
