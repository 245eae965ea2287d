import { type Jit, LumojitError, type PendingMode } from '@lumojit/core'
import { abandonOf } from './abandon.ts'
import { type JitProcessor, jitProcessorOf } from './jit-processor.ts'
import { jitToolOf, withJitOf } from './jit-tool.ts'
import { requestJitAccessToolOf } from './request-jit-access-tool.ts'
import { type JitRun, type JitTaskOptions, RunTasks } from './run-tasks.ts'

export interface JitMastraOptions {
  /**
   * What a run's task is called, and whom it is for. Read the person from where your server put them,
   * and never from what a client or a model wrote. Default: a task without a person.
   */
  readonly task?: (run: JitRun) => JitTaskOptions | Promise<JitTaskOptions>
  /**
   * What a call does that has to wait. `auto` (the default) pauses where Mastra has a storage that
   * outlives the process, and else waits up to five minutes first. `suspend` pauses at once. Where a
   * pause would be a dead end (an agent that is registered nowhere, no storage, a background task) a
   * call waits whatever is said here.
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

/** Mastra's parts, made for one engine. One for an application. */
export function createJitMastra(jit: Jit, options: JitMastraOptions = {}) {
  if (typeof jit?.callTool !== 'function') {
    throw new LumojitError(
      'CONFIG_INVALID',
      'Tools with permissions need an engine.',
      'Pass what `createJit({ authority, resources })` gave.',
    )
  }
  const tasks = new RunTasks(jit, options.task ?? (() => ({})))
  const settings: CallSettings = {
    pending: options.pending ?? 'auto',
    waitMs: options.waitMs,
    escalate: options.escalate ?? 'engine',
  }
  const engine = { jit, tasks, settings }
  const jitProcessor: () => JitProcessor = jitProcessorOf(tasks)
  return {
    jitTool: jitToolOf(engine),
    withJit: withJitOf(engine),
    jitProcessor,
    abandon: abandonOf(engine),
    requestJitAccessTool: requestJitAccessToolOf(engine),
  }
}
