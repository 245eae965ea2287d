import { isLumojitError, type Outcome, type ToolCall } from '@lumojit/core'
import type { Pause } from './approval-id.ts'
import { readCall, type SdkCall } from './read-call.ts'
import { type Around, around, type Run } from './run.ts'
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
  let inner: Around | undefined
  const drivenInside = async (): Promise<Outcome<R>> => {
    const toolCall = await readCall(run, call)
    inner = newAround(run, toolCall)
    return around.run(inner, () => drive(toolCall))
  }
  const driven = await drivenInside().then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ error }),
  )
  await Promise.allSettled(inner?.going ?? [])
  const [first, ...more] = inner?.waits ?? []
  // Whatever the tool made of it: while a run inside it waits, it waits.
  if (inner && first) {
    pause({ approvals: [first, ...more], threads: inner.threads })
    return PAUSED
  }
  const outcome = 'error' in driven ? asOutcome(run, call, driven.error) : driven.outcome
  return tellOutcome(outcome, pause)
}

export function noteWaiting(
  run: Run,
  { toolCallId, toolName, input }: SdkCall,
  pause: Pause,
): void {
  run.waiting.set(toolCallId, { toolCallId, toolName, input, pause })
}

function newAround(run: Run, { key, callId }: ToolCall): Around {
  const kept = run.kept.get(callId)?.threads ?? []
  return { run, key, kept, threads: [], waits: [], going: new Set(), runs: 0 }
}

/** A refusal met on the way is an answer. Anything else is thrown. */
function asOutcome(run: Run, { abortSignal }: SdkCall, error: unknown): Outcome<never> {
  if (!isLumojitError(error) || abortSignal?.aborted) throw error
  if (error.refusal) return { kind: 'refused', refusal: error.refusal }
  run.fault ??= error
  throw new Error('This tool could not be run.')
}
