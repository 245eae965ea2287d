/// <reference lib="esnext.disposable" preserve="true" />
import type { CompletionReport } from '@lumojit/protocol'
import { seal } from './handle.ts'
import { type Permissions, permissionsOf } from './permissions.ts'
import type { TaskState } from './task-state.ts'

/** What the agent was set to do. It ends, and every grant of it ends with it. */
export interface Task extends Permissions, AsyncDisposable {
  /** Undefined until the authority has been asked to open it. */
  readonly id: string | undefined
  /** Aborts when the task ends. Responses already handed out are left alone. */
  readonly signal: AbortSignal
  /** Opens it now instead of at first need. Gives its id. */
  open(): Promise<string>
  /**
   * Keeps the task alive past `using`, the engine and this process; the sealed handle goes to
   * `jit.resumeTask`. Disposing then only lets go of it here. `complete()` still ends it.
   */
  suspend(): Promise<string>
  /**
   * Ends it: waits and unanswered sends abort, every grant is revoked. Idempotent. Never throws for
   * an authority that does not answer: the report names what may still live, and until when.
   */
  complete(): Promise<CompletionReport>
}

/** The engine's hold on a task it has handed out. */
export interface TaskHold {
  state: TaskState
  /** A task of a run that has ended at the authority is replaced by a new one, once. */
  replace: (() => TaskState) | undefined
  /** Somebody has its handle, or an error that names it: it is not ended on the way out. */
  kept?: boolean
}

const holds = new WeakMap<Task, TaskHold>()

export function holdOf(task: Task): TaskHold | undefined {
  return holds.get(task)
}

export function makeTask(hold: TaskHold, onEnd: (task: Task) => void): Task {
  let ended: Promise<CompletionReport> | undefined
  const letGo = () => {
    hold.state.close('The task was suspended and let go of here.')
    onEnd(task)
  }
  const task: Task = {
    ...permissionsOf(() => hold.state),
    get id() {
      return hold.state.id
    },
    get signal() {
      return hold.state.signal
    },
    open: async () => (await hold.state.record()).id,
    suspend: async () => {
      const handle = await taskHandle(hold.state)
      hold.kept = true
      return handle
    },
    complete: () => {
      ended ??= end(hold.state).then(({ report, told }) => {
        // What could not be told or revoked may be tried again.
        if (!told || report.unrevoked.length > 0) ended = undefined
        if (report.unrevoked.length === 0) onEnd(task)
        return report
      })
      return ended
    },
    [Symbol.asyncDispose]: async () => {
      if (!hold.kept) await task.complete()
      else if (!ended) letGo()
    },
  }
  holds.set(task, hold)
  return task
}

async function end(state: TaskState): Promise<{ report: CompletionReport; told: boolean }> {
  const opening = state.recordIfAny()
  state.close()
  const record = await opening
  if (!record) return { report: { taskId: '', revoked: 0, unrevoked: [] }, told: true }
  let told = true
  const { authority, clock, emit } = state.ground
  const grants = state.ledger.grants()
  const { subjectToken } = state.options
  const report = await authority
    .completeTask(record, grants, subjectToken ? { subjectToken } : {})
    .catch((): CompletionReport => {
      told = false
      const unrevoked = grants
        .filter(({ expiresAt }) => expiresAt > clock.now())
        .map(({ ref, expiresAt }) => ({ requestId: ref.requestId, expiresAt }))
      return { taskId: record.id, revoked: 0, unrevoked }
    })
  emit?.({ type: 'task-completed', report }, { taskId: record.id })
  return { report, told }
}

async function taskHandle(state: TaskState): Promise<string> {
  const record = await state.record()
  const { authority, clock } = state.ground
  const taskExpiresAt = record.expiresAt ?? clock.now() + 86_400_000
  const requests = state.ledger.requests()
  return seal(
    {
      authority: authority.id,
      task: record.id,
      subject: state.subject,
      call: '',
      requests,
      expiresAt: taskExpiresAt,
      taskExpiresAt,
    },
    await state.ground.stateKeys(),
  )
}
