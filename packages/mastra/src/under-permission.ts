import { isLumojitError, type Jit, LumojitError, type Outcome, type ToolCall } from '@lumojit/core'
import type { Kept } from './kept.ts'
import type { Place } from './place.ts'
import { type DeclaredPermission, readCall } from './read-call.ts'
import type { RunTasks } from './run-tasks.ts'
import type { CallSettings } from './settings.ts'
import { tellOutcome } from './tell-outcome.ts'

export interface Engine {
  readonly jit: Jit
  readonly tasks: RunTasks
  readonly settings: CallSettings
}

export interface Work<R> {
  readonly toolName: string
  readonly place: Place
  readonly input: unknown
  declared(): Promise<readonly DeclaredPermission[]>
  drive(jit: Jit, call: ToolCall): Promise<Outcome<R>>
}

/**
 * Runs one call with permissions, from its start or from where it was paused. Gives the tool's value,
 * or what Mastra's own `suspend` gave.
 */
export async function underPermission<R>(engine: Engine, work: Work<R>): Promise<R | undefined> {
  const { jit, tasks, settings } = engine
  const { place, toolName } = work
  const { kept, suspend } = place
  const name = tasks.nameOf(place.name, kept)
  try {
    const task = await tasks.task(name, place.requestContext, kept?.handle)
    const nonce = kept?.nonce ?? crypto.randomUUID()
    const declared = await work.declared()
    const call = readCall(settings, place, task, toolName, work.input, nonce, declared)
    const outcome = await work.drive(jit, call)
    if (outcome.kind !== 'pending') return tellOutcome(outcome)
    if (!suspend) {
      throw new LumojitError(
        'NO_TASK',
        `The call of ${toolName} has to wait and cannot pause here.`,
        'Register the agent or the workflow with a Mastra that has a storage.',
      )
    }
    await tasks.pause(name, task)
    const payload: Kept = { ...outcome.approval, nonce, run: name }
    return (await suspend(payload)) as undefined
  } catch (error) {
    if (isFault(error)) tasks.fail(name, error)
    throw error
  } finally {
    if (place.alone) await tasks.complete(name)
  }
}

/** A mistake of the application. `EFFECT_UNKNOWN` is none: the tool's author may know what to do. */
function isFault(error: unknown): error is LumojitError {
  return isLumojitError(error) && !error.refusal && error.code !== 'EFFECT_UNKNOWN'
}
