import { isLumojitError, type Outcome, type ToolCall } from '@lumojit/core'
import type { Pause } from './approval-id.ts'
import { type Around, around } from './inner-run.ts'
import { readCall, type SdkCall } from './read-call.ts'
import type { Run } from './run.ts'
import { PAUSED, tellOutcome } from './tell-outcome.ts'

/**
 * Drives one call through core and gives what the SDK is to take for its output. Throws what the
 * tool threw; a mistake of the application ends the run instead, and no model is told of it.
 */
export async function executeCall<R>(
  run: Run,
  call: SdkCall,
  drive: (toolCall: ToolCall) => Promise<Outcome<R>>,
): Promise<unknown> {
  const pause = (what: Pause) => noteWaiting(run, call, what)
  const toolCall = readCall(run, call)
  const inner = newAround(run, toolCall)
  const driven = await around
    .run(inner, () => drive(toolCall))
    .then(
      (outcome) => ({ outcome }),
      (error: unknown) => ({ error }),
    )
  await Promise.allSettled(inner.going)
  const [first, ...more] = inner.waits
  // Whatever the tool made of it: while a run inside it waits, it waits.
  if (first) {
    pause({ run: run.id, approvals: [first, ...more], threads: inner.threads })
    return PAUSED
  }
  const outcome = 'error' in driven ? failed(run, call, driven.error) : driven.outcome
  return tellOutcome(outcome, (approval) => pause({ run: run.id, approvals: [approval] }))
}

export function noteWaiting(
  run: Run,
  { toolCallId, toolName, input }: SdkCall,
  pause: Pause,
): void {
  run.waiting.set(toolCallId, { toolCallId, toolName, input, pause })
}

function newAround(run: Run, { key, callId }: ToolCall): Around {
  const kept = run.kept.get(callId)?.pause.threads ?? []
  return {
    jit: run.jit,
    task: run.task,
    key,
    kept,
    threads: [],
    waits: [],
    going: new Set(),
    runs: 0,
  }
}

/** What a tool threw passes. A fault is the application's to hear of, not the model's. */
function failed(run: Run, { abortSignal }: SdkCall, error: unknown): never {
  if (!isLumojitError(error) || abortSignal?.aborted) throw error
  run.fault ??= error
  throw new Error('This tool could not be run.')
}
