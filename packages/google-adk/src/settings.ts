import type { PendingMode } from '@lumojit/core'
import type { JitRun, JitTaskOptions } from './runs.ts'

export interface JitAdkOptions {
  /**
   * What a run's task is called, and whom it is for. Read the person from where your server put them,
   * and never from what a client or a model wrote. Default: a task without a person.
   */
  readonly task?: (run: JitRun) => JitTaskOptions | Promise<JitTaskOptions>
  /**
   * What a call does that has to wait. `auto` (the default) pauses where the sessions outlive the
   * process, and else waits up to five minutes first. `suspend` pauses at once. Where ADK could not go
   * on from a pause (inside an `AgentTool`, a workflow, a live run) a call waits whatever is said here.
   */
  readonly pending?: PendingMode
  /** Milliseconds a call waits before it pauses. Default 0 for `suspend`, until the request expires for `block`. */
  readonly waitMs?: number
  /** `model`: the model is told what is missing, and asks with `requestJitAccessTool`. Default `engine`. */
  readonly escalate?: 'engine' | 'model'
}

/** The same, with everything decided. */
export interface CallSettings {
  readonly pending: PendingMode
  readonly waitMs: number | undefined
  readonly escalate: 'engine' | 'model'
}
