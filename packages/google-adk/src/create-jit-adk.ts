import type { BaseTool } from '@google/adk'
import { type Jit, LumojitError } from '@lumojit/core'
import { type Abandon, abandonOf } from './abandon.ts'
import { JitPlugin } from './jit-plugin.ts'
import { jitToolOf, type MakeJitTool } from './jit-tool.ts'
import { requestJitAccessToolOf } from './request-jit-access-tool.ts'
import { type RunWithJit, runOf } from './run.ts'
import { Runs } from './runs.ts'
import type { CallSettings, JitAdkOptions } from './settings.ts'
import { type Wake, wakeOf } from './wake.ts'

export interface JitAdk {
  readonly jitTool: MakeJitTool
  /** For `plugins` of the Runner or App, before any other. */
  readonly jitPlugin: JitPlugin
  readonly run: RunWithJit
  readonly wake: Wake
  readonly abandon: Abandon
  /** With `escalate: 'model'`: the model asks for what a tool was told it lacks. */
  readonly requestJitAccessTool: () => BaseTool
}

/** ADK's parts, made for one engine. One for an application. */
export function createJitAdk(jit: Jit, options: JitAdkOptions = {}): JitAdk {
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
