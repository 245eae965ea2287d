import { AsyncLocalStorage } from 'node:async_hooks'
import { isLumojitError, type Jit, LumojitError, type PendingMode, type Task } from '@lumojit/core'

/** How the tool calls of one run, nested agents included, reach the engine. */
export interface CurrentRun {
  readonly jit: Jit
  readonly task: Task
  readonly pending: PendingMode
  readonly waitMs: number | undefined
  readonly escalate: 'engine' | 'model'
  /** Ids of calls that wait: what the SDK takes for their output is none. */
  readonly paused: Set<string>
  /** Ends the run with a fault of the application. The first one stands. */
  fail(fault: LumojitError): void
}

// Not the SDK's run context: whatever stands there is written into the saved state as it is.
const storage = new AsyncLocalStorage<CurrentRun>()

export function within<R>(run: CurrentRun, work: () => R): R {
  return storage.run(run, work)
}

/** True for the empty output that a paused call has to return. */
export function isPause(callId: string, output: unknown): boolean {
  return output === '' && storage.getStore()?.paused.has(callId) === true
}

export function currentRun(toolName: string): CurrentRun {
  const run = storage.getStore()
  if (run) return run
  throw new LumojitError(
    'NO_TASK',
    `The tool ${toolName} was called outside a run that has permissions.`,
    'Run its agent with `createJitRunner(jit).run(agent, input)` instead of `run(agent, input)`.',
  )
}

/**
 * A mistake of the application is told to the application: the SDK would tell the model that the tool
 * failed, and go on. `EFFECT_UNKNOWN` is no mistake: the tool's author may know what to do.
 */
export function isFault(error: unknown): error is LumojitError {
  return isLumojitError(error) && !error.refusal && error.code !== 'EFFECT_UNKNOWN'
}
