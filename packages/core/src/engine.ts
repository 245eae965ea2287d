/// <reference lib="esnext.disposable" preserve="true" />
import type { Decision, RequestRef, TaskOptions } from '@lumojit/protocol'
import { readCallback } from './callback.ts'
import type { ToolContext } from './context.ts'
import { within } from './current-task.ts'
import { isLumojitError, LumojitError, plainText } from './errors.ts'
import { subjectOf, trusted } from './handle-check.ts'
import type { GrantInfo } from './ledger.ts'
import { groundOf, type JitOptions } from './options.ts'
import { handleSignals } from './signals.ts'
import { holdOf, makeTask, type Task, type TaskHold } from './task.ts'
import { atAuthority, type Ground, type Opened, TaskState } from './task-state.ts'
import { answerChallenge, callTool, type Outcome, type ToolCall } from './tool-call.ts'

/** One run of a framework. `key` is made by trusted code, never from what a model or a client wrote. */
export interface RunRef {
  readonly key: string
  readonly options: () => TaskOptions | Promise<TaskOptions>
  /** The handle of a pause of this run: finds its task again. Untrusted: verified, else ignored with an event. */
  readonly handle?: string
}

export interface Jit extends AsyncDisposable {
  /** Lazy: nothing is sent before the first need. The same key gives the same Task until it ends. */
  task(run: RunRef): Task
  openTask(options?: TaskOptions): Promise<Task>
  /**
   * Sealed handles only; a bare task id is refused, since nothing says whose it is. `expected` must
   * name the same person as when it was suspended, else `HANDLE_INVALID`.
   */
  resumeTask(
    handle: string,
    expected: Pick<TaskOptions, 'onBehalfOf' | 'subjectToken'>,
  ): Promise<Task>
  /** Completes on return and throw, except on `SUSPENDED`: then the task stays open and the error carries the approval. */
  runTask<R>(options: TaskOptions, use: (task: Task) => Promise<R>): Promise<R>
  callTool<R>(call: ToolCall, execute: (context: ToolContext) => Promise<R>): Promise<Outcome<R>>
  /** `requestJitAccessTool`'s body: takes the challenge (once, same task) and drives it like any escalation. */
  answerChallenge(
    call: ToolCall,
    challengeId: string,
    justification: string,
  ): Promise<Outcome<GrantInfo>>
  /** Re-reads the authority for state that came back, before the framework is told anything. Decides nothing. */
  approvalStatus(kept: unknown, task?: Task): Promise<Decision['status'] | 'invalid'>
  /** The paused call will never be resumed: its requests are taken back, so that nobody is asked for nothing. */
  abandon(kept: unknown, task: Task): Promise<void>
  /**
   * Verifies what the authority posted to `callback.url` (Standard Webhooks) and says which request has
   * news. A wake-up only: it decides nothing. Undefined, and an event, for anything else. Never throws.
   */
  readCallback(request: Request): Promise<RequestRef | undefined>
}

/** The engine. One for an application; tasks of different people and runs share nothing but its settings. */
export function createJit(options: JitOptions): Jit {
  const ground = groundOf(options)
  const tasks = new Set<Task>()
  const runs = new Map<string, Task>()

  const add = (hold: TaskHold, onEnd: () => void = () => {}): Task => {
    const task = makeTask(hold, (ended) => {
      tasks.delete(ended)
      onEnd()
    })
    tasks.add(task)
    return task
  }
  const newState = (of: TaskOptions) => new TaskState(ground, (signal) => open(ground, of, signal))

  const endAll = async () => {
    await Promise.all([...tasks].map((task) => task[Symbol.asyncDispose]()))
    await ground.authority.close?.()
  }
  const undoSignals = options.handleSignals ? handleSignals(endAll) : () => {}

  const jit: Jit = {
    task(run) {
      const known = runs.get(run.key)
      if (known && !holdOf(known)?.state.ended && !holdOf(known)?.state.over) return known
      const state = new TaskState(ground, async (signal) => openRun(ground, run, signal))
      const replace = () =>
        new TaskState(ground, async (signal) => open(ground, await run.options(), signal))
      const task = add({ state, replace }, () => {
        if (runs.get(run.key) === task) runs.delete(run.key)
      })
      runs.set(run.key, task)
      return task
    },
    async openTask(of = {}) {
      const task = add({ state: newState(of), replace: undefined })
      try {
        await task.open()
      } catch (error) {
        tasks.delete(task)
        throw error
      }
      return task
    },
    async resumeTask(handle, expected) {
      const state = new TaskState(ground, () => found(ground, handle, expected))
      await state.record()
      return add({ state, replace: undefined })
    },
    async runTask(of, use) {
      const hold: TaskHold = { state: newState(of), replace: undefined }
      const task = add(hold)
      const { fetch, request, withToken, signal } = task
      const context: ToolContext = {
        fetch,
        request,
        withToken,
        signal,
        get taskId() {
          return task.id
        },
      }
      try {
        return await within(context, async () => use(task))
      } catch (error) {
        hold.kept ||= isLumojitError(error) && error.code === 'SUSPENDED'
        throw error
      } finally {
        await task[Symbol.asyncDispose]()
      }
    },
    callTool,
    answerChallenge,
    async approvalStatus(kept, task) {
      const state = task && holdOf(task)?.state
      const record = await (state?.ended ? state.recordIfAny() : state?.record())
      const content = await trusted(ground, kept, { subject: state?.subject, task: record?.id })
      if (!content || content.requests.length === 0) return 'invalid'
      const refs = content.requests.map(([requestId]) => ({ taskId: content.task, requestId }))
      const decisions = await Promise.all(
        refs.map((ref) => atAuthority(ground.authority.status(ref, state?.io() ?? {}))),
      )
      const statuses = decisions.map(({ status }) => status)
      if (statuses.includes('pending')) return 'pending'
      return statuses.find((status) => status !== 'granted') ?? 'granted'
    },
    async abandon(kept, task) {
      const state = holdOf(task)?.state
      if (!state || state.ended) return
      const { id } = await state.record()
      const content = await trusted(ground, kept, { subject: state.subject, task: id })
      for (const [requestId] of content?.requests ?? []) {
        const held = state.ledger.byRequest(requestId)
        const others = state.waiting.get(requestId)
        if (content) others?.delete(content.call)
        // What the whole task may use, and what another call waits for, is not this call's to take back.
        if (held?.reuse === 'task' || others?.size) continue
        await ground.authority.withdraw?.({ taskId: id, requestId }, state.io()).catch(() => false)
        if (held) state.ledger.drop(held)
        state.ledger.forgetRequest(requestId)
        state.open.delete(requestId)
        state.waiting.delete(requestId)
      }
    },
    async readCallback(request) {
      const ref = await readCallback(ground, request)
      if (ref) ground.wakeups.wake(ref.requestId)
      return ref
    },
    async [Symbol.asyncDispose]() {
      undoSignals()
      await endAll()
    },
  }
  return jit
}

async function open(ground: Ground, options: TaskOptions, signal: AbortSignal): Promise<Opened> {
  const subject = await subjectOf(options, signal)
  await ground.capabilities()
  const { subjectToken, name } = options
  const told = name === undefined ? options : { ...options, name: plainText(name, 480) }
  const record = await ground.authority.openTask(told, {
    signal,
    ...(subjectToken ? { subjectToken } : {}),
  })
  return { record, options, subject, requests: [], resumed: false }
}

/** The task of a handle that fits; a handle that does not is as good as none. */
async function openRun(ground: Ground, run: RunRef, signal: AbortSignal): Promise<Opened> {
  const options = await run.options()
  if (run.handle !== undefined) {
    const again = await resumed(ground, run.handle, options)
    if (again) return again
  }
  return open(ground, options, signal)
}

async function found(ground: Ground, handle: string, options: TaskOptions): Promise<Opened> {
  const again = await resumed(ground, handle, options)
  if (again) return again
  throw new LumojitError(
    'HANDLE_INVALID',
    'This is not a handle of a task of this person and this application, or its time is over.',
    'Pass what `task.suspend()` gave, with the same `onBehalfOf` or `subjectToken`, and the same state key.',
  )
}

async function resumed(
  ground: Ground,
  handle: string,
  options: TaskOptions,
): Promise<Opened | undefined> {
  const subject = await subjectOf(options)
  const content = await trusted(ground, handle, { subject })
  if (!content) return undefined
  await ground.capabilities()
  const record = { id: content.task, expiresAt: content.taskExpiresAt }
  return { record, options, subject, requests: content.requests, resumed: true }
}
