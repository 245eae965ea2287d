import { type Jit, LumojitError } from '@lumojit/core'
import { abandonOf } from './abandon.ts'
import { type JitProcessor, jitProcessorOf } from './jit-processor.ts'
import { jitStepOf } from './jit-step.ts'
import { jitToolOf, withJitOf } from './jit-tool.ts'
import { jitWorkflowOf } from './jit-workflow.ts'
import { requestJitAccessToolOf } from './request-jit-access-tool.ts'
import { RunTasks } from './run-tasks.ts'
import type { CallSettings, JitMastraOptions } from './settings.ts'

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
    jitStep: jitStepOf(engine),
    jitProcessor,
    jitWorkflow: jitWorkflowOf(tasks),
    abandon: abandonOf(engine),
    requestJitAccessTool: requestJitAccessToolOf(engine),
  }
}
