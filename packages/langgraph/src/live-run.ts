import type { Jit, LumojitError, PendingMode, RunRef, Task } from '@lumojit/core'
import type { CurrentRun } from './current-run.ts'
import type { Kept } from './kept.ts'

/** What a run's task is called, and whom it is for. */
export type JitTaskOptions = Awaited<ReturnType<RunRef['options']>>

export interface JitRunOptions {
  /** The engine: what `createJit({ authority, resources })` gave. */
  readonly jit: Jit
  /** Name the person here, on a start and on a wake alike: a pause of another person is worth nothing. */
  readonly task?: JitTaskOptions
  /**
   * What a call does that has to wait. `auto` (the default) pauses where the graph has a checkpointer
   * and waits where it has none. `suspend` pauses at once, `block` waits until the request expires.
   */
  readonly pending?: PendingMode
  /** Milliseconds a call waits before it pauses. Default 0 for `suspend`, until the request expires for `block`. */
  readonly waitMs?: number
  /** `model`: the model is told what is missing, and asks with `requestJitAccessTool`. Default `engine`. */
  readonly escalate?: 'engine' | 'model'
}

/** One run of a graph and its task, from the first call to the last or to a pause. */
export class LiveRun implements CurrentRun {
  readonly id = crypto.randomUUID()
  readonly jit: Jit
  readonly task: Task
  readonly pending: PendingMode
  readonly waitMs: number | undefined
  readonly escalate: 'engine' | 'model'
  readonly kept: ReadonlyMap<string, Kept>
  readonly #end = new AbortController()
  #fault: LumojitError | undefined
  #isOthers = false

  constructor(options: JitRunOptions, kept: readonly Kept[], handle = kept[0]?.handle) {
    this.jit = options.jit
    this.pending = options.pending ?? 'auto'
    this.waitMs = options.waitMs
    this.escalate = options.escalate ?? 'engine'
    this.kept = new Map(kept.map((each) => [each.key, each]))
    this.task = options.jit.task({
      // Ids of threads come from clients, and nothing out of a checkpoint names a task: a sealed
      // handle finds it again, or does not.
      key: `langgraph/${this.id}`,
      options: () => options.task ?? {},
      ...(handle === undefined ? {} : { handle }),
    })
  }

  signal(own: AbortSignal | undefined): AbortSignal {
    return own ? AbortSignal.any([own, this.#end.signal]) : this.#end.signal
  }

  fail(fault: LumojitError): void {
    this.#fault ??= fault
    this.#end.abort(fault)
  }

  giveWay(error: LumojitError): void {
    this.#isOthers ||= this.#fault === undefined
    this.fail(error)
  }

  /** The calls that were dropped are taken back, so that nobody is asked for nothing. */
  async abandon(dropped: Iterable<Kept>): Promise<void> {
    for (const kept of dropped) await this.jit.abandon(kept, this.task)
  }

  /** Gives everything back, unless something waits that the thread may go on from. */
  async end(isPaused: boolean): Promise<void> {
    if (this.#fault) throw await this.broke(this.#fault)
    if (isPaused) await this.letGo()
    else await this.task.complete()
  }

  /** What to tell the application: its own mistake rather than what the graph made of it. */
  async broke(error: unknown): Promise<unknown> {
    if (this.#isOthers) await this.letGo().catch(() => {})
    else await this.task.complete().catch(() => {})
    return this.#fault ?? error
  }

  /** The task's handle, which outlives this run. */
  async letGo(): Promise<string> {
    const handle = await this.task.suspend()
    await this.task[Symbol.asyncDispose]()
    return handle
  }
}
