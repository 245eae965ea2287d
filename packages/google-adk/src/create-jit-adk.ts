import { type Jit, LumojitError } from '@lumojit/core'
import { abandonOf } from './abandon.ts'
import { JitPlugin } from './jit-plugin.ts'
import { jitToolOf } from './jit-tool.ts'
import { requestJitAccessToolOf } from './request-jit-access-tool.ts'
import { runOf } from './run.ts'
import { Runs } from './runs.ts'
import type { CallSettings, JitAdkOptions } from './settings.ts'
import { wakeOf } from './wake.ts'

/** ADK's parts, made for one engine. One for an application. */
export function createJitAdk(jit: Jit, options: JitAdkOptions = {}) {
  if (typeof jit?.callTool !== 'function') {
    throw new LumojitError(
      'CONFIG_INVALID',
      'Tools with permissions need an engine.',
      'Pass what `createJit({ authority, resources })` gave.',
    )
  }
  const runs = new Runs(jit, options.task ?? (() => ({})))
  const settings: CallSettings = {
    pending: options.pending ?? 'auto',
    waitMs: options.waitMs,
    escalate: options.escalate ?? 'engine',
  }
  const engine = { jit, runs, settings }
  const jitPlugin = new JitPlugin(runs)
  const run = runOf(runs, jitPlugin)
  return {
    jitTool: jitToolOf(engine),
    jitPlugin,
    run,
    wake: wakeOf(run),
    abandon: abandonOf(engine),
    requestJitAccessTool: requestJitAccessToolOf(engine),
  }
}
