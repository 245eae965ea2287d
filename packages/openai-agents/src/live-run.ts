import type { Jit, LumojitError, PendingMode, RunRef, Task } from '@lumojit/core'
import type { CurrentRun } from './current-run.ts'
import { type Interrupted, pendingPermissions } from './pending-permissions.ts'

/** What a run's task is called, and whom it is for. */
export type JitTaskOptions = Awaited<ReturnType<RunRef['options']>>

export interface LiveRunOptions {
  /**
   * What a call does that has to wait. `auto` (the default) waits up to five minutes where it is, then
   * pauses: whether the application will save the run cannot be seen from here. `suspend` pauses at once.
   */
  readonly pending?: PendingMode
  /** Milliseconds a call waits before it pauses. Default 0 for `suspend`, until the request expires for `block`. */
  readonly waitMs?: number
  /** `model`: the model is told what is missing, and asks with `requestJitAccessTool`. Default `engine`. */
  readonly escalate?: 'engine' | 'model'
  /** For every run; what a run says for itself stands instead. */
  readonly task?: JitTaskOptions
}

/** One run and its task, from the first call to the last or to a pause. */
export class LiveRun implements CurrentRun {
  readonly jit: Jit
  readonly task: Task
  readonly pending: PendingMode
  readonly waitMs: number | undefined
  readonly escalate: 'engine' | 'model'
  readonly paused = new Set<string>()
  readonly #end = new AbortController()
  #fault: LumojitError | undefined

  constructor(jit: Jit, options: LiveRunOptions, from: Interrupted | undefined) {
    const [waiting] = from ? pendingPermissions(from) : []
    this.jit = jit
    this.pending = options.pending ?? 'auto'
    this.waitMs = options.waitMs
    this.escalate = options.escalate ?? 'engine'
    this.task = jit.task({
      // Nothing that came out of a state names a task: its sealed handle finds it again, or does not.
      key: `openai-agents/${crypto.randomUUID()}`,
      options: () => options.task ?? {},
      ...(waiting ? { handle: waiting.handle } : {}),
    })
  }

  signal(own: AbortSignal | undefined): AbortSignal {
    return own ? AbortSignal.any([own, this.#end.signal]) : this.#end.signal
  }

  fail(fault: LumojitError): void {
    this.#fault ??= fault
    this.#end.abort(fault)
  }

  /** Gives everything back, unless something waits that this run may go on from. */
  async end(result: Interrupted): Promise<void> {
    if (this.#fault) throw await this.broke(this.#fault)
    if (pendingPermissions(result).length === 0) await this.task.complete()
    else {
      await this.task.suspend()
      await this.task[Symbol.asyncDispose]()
    }
  }

  /** What to tell the application: its own mistake rather than what the SDK made of it. */
  async broke(error: unknown): Promise<unknown> {
    await this.task.complete().catch(() => {})
    return this.#fault ?? error
  }
}
