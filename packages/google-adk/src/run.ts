import type { Event, Runner } from '@google/adk'
import { LumojitError } from '@lumojit/core'
import type { JitPlugin } from './jit-plugin.ts'
import type { Runs } from './runs.ts'

export type RunParams = Parameters<Runner['runAsync']>[0]
export type Events = AsyncGenerator<Event, void, undefined>

/**
 * The runner's own `runAsync`, and what that does not do: when the consumer stops early, is aborted or
 * throws, what the run was given is given back as well. A mistake of the application is thrown.
 */
export type RunWithJit = (runner: Runner, params: RunParams) => Events

export function runOf(runs: Runs, plugin: JitPlugin): RunWithJit {
  return async function* run(runner, params) {
    if (runner.pluginManager.getPlugin(plugin.name) !== plugin) {
      throw new LumojitError(
        'CONFIG_INVALID',
        'This runner does not have the jitPlugin of this engine.',
        'Give it to the Runner (or App), first in `plugins`.',
      )
    }
    const stop = new AbortController()
    const { abortSignal } = params
    const signal = abortSignal ? AbortSignal.any([abortSignal, stop.signal]) : stop.signal
    const watch = runs.watch(signal, runner.resumabilityConfig?.isResumable === true)
    let done = false
    try {
      yield* runner.runAsync({ ...params, abortSignal: signal })
      done = true
      if (watch.run?.fault) throw watch.run.fault
    } finally {
      if (!done) stop.abort(new Error('Nobody listens to this run any more.'))
      if (watch.run) await runs.end(watch.run)
    }
  }
}
