import { AsyncLocalStorage } from 'node:async_hooks'
import { isLumojitError, type Jit, LumojitError, type PendingMode, type Task } from '@lumojit/core'
import type { Kept } from './kept.ts'

/** How the tool calls of one run of a graph, those of its subgraphs included, reach the engine. */
export interface CurrentRun {
  /** Names the run where no thread does. */
  readonly id: string
  readonly jit: Jit
  readonly task: Task
  readonly pending: PendingMode
  readonly waitMs: number | undefined
  readonly escalate: 'engine' | 'model'
  /** What paused calls of this thread left in its checkpoint, by key. */
  readonly kept: ReadonlyMap<string, Kept>
  /** Ends the run with a fault of the application. The first one stands. */
  fail(fault: LumojitError): void
  /** Another run of the same thread does this call: leaves the task to it and ends. */
  giveWay(error: LumojitError): void
}

// Not the graph's config: whatever stands there is written into checkpoints and traces.
const runs = new AsyncLocalStorage<CurrentRun>()

export function within<R>(run: CurrentRun, work: () => R): R {
  return runs.run(run, work)
}

export function currentRunIfAny(): CurrentRun | undefined {
  return runs.getStore()
}

export function currentRun(toolName: string): CurrentRun {
  const run = runs.getStore()
  if (run) return run
  throw new LumojitError(
    'NO_TASK',
    `The tool ${toolName} was called outside a run that has permissions.`,
    'Run its graph with `runWithJit(graph, input, config, { jit })`, or give its agent `jitMiddleware({ jit })`.',
  )
}

/**
 * A mistake of the application is told to the application: a tool node would tell the model that the
 * tool failed, and go on. `EFFECT_UNKNOWN` is no mistake: the tool's author may know what to do.
 */
export function isFault(error: unknown): error is LumojitError {
  return isLumojitError(error) && !error.refusal && error.code !== 'EFFECT_UNKNOWN'
}
