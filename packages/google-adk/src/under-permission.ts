import type { Context } from '@google/adk'
import {
  isLumojitError,
  type Jit,
  type LumojitError,
  type Outcome,
  type ToolCall,
} from '@lumojit/core'
import { placeOf } from './place.ts'
import { type DeclaredPermission, readCall } from './read-call.ts'
import type { Runs } from './runs.ts'
import type { CallSettings } from './settings.ts'
import { DECLINED, tellOutcome } from './tell-outcome.ts'

export interface Engine {
  readonly jit: Jit
  readonly runs: Runs
  readonly settings: CallSettings
}

export interface Work {
  readonly toolName: string
  readonly context: Context | undefined
  readonly input: unknown
  declared(): Promise<readonly DeclaredPermission[]>
  drive(jit: Jit, call: ToolCall): Promise<Outcome<unknown>>
}

/** Runs one call with permissions, from its start or from where it was paused. Gives what the model is told. */
export async function underPermission(engine: Engine, work: Work): Promise<unknown> {
  const { jit, runs, settings } = engine
  const { toolName, context, input } = work
  const place = placeOf(runs, toolName, context)
  const { run, callId, agentName, pause } = place
  try {
    const name = pause?.kept.run ?? run.name
    const task = await runs.task(run, name, pause?.kept.handle)
    if (pause && place.declined) {
      await jit.abandon(pause.kept.handle, task)
      return DECLINED
    }
    const nonce = pause?.kept.nonce ?? crypto.randomUUID()
    const declared = await work.declared()
    const call = readCall(settings, place, task, toolName, input, nonce, declared)
    const outcome = await work.drive(jit, call)
    if (outcome.kind === 'pending') {
      // The task outlives this engine: somebody is to go on with it.
      await task.suspend()
      run.waiting.add({ agentName, callId, kept: { ...outcome.approval, nonce, run: name } })
    }
    return tellOutcome(outcome)
  } catch (error) {
    if (isFault(error)) run.fault ??= error
    throw error
  }
}

/** A mistake of the application. `EFFECT_UNKNOWN` is none: the tool's author may know what to do. */
function isFault(error: unknown): error is LumojitError {
  return isLumojitError(error) && !error.refusal && error.code !== 'EFFECT_UNKNOWN'
}
