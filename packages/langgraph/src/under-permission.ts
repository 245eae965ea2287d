import { type Jit, LumojitError, type Outcome, type ToolCall } from '@lumojit/core'
import { currentRun, isFault } from './current-run.ts'
import { currentLatch } from './latch.ts'
import {
  type DeclaredPermission,
  type GraphRuntime,
  hasCheckpointer,
  readCall,
} from './read-call.ts'
import { interruptFor, tellOutcome } from './tell-outcome.ts'

export interface Work {
  readonly toolName: string
  readonly input: unknown
  readonly runtime: GraphRuntime
  declared(): Promise<readonly DeclaredPermission[]>
  drive(jit: Jit, call: ToolCall): Promise<Outcome<unknown>>
}

/** Runs one tool call with permissions, from its start or from where it was paused. */
export async function underPermission(work: Work): Promise<unknown> {
  const { toolName, input, runtime } = work
  const latch = currentLatch()
  // Something between this tool and the middleware took the pause for a failure.
  if (latch?.pause ?? latch?.fault) throw latch.pause ?? latch.fault
  const run = currentRun(toolName)
  try {
    const call = readCall(run, toolName, input, runtime, await work.declared())
    const outcome = await work.drive(run.jit, call)
    if (outcome.kind === 'refused' && outcome.refusal.code === 'CLAIMED_ELSEWHERE') {
      const error = claimedElsewhere(outcome.refusal)
      run.giveWay(error)
      if (latch) latch.fault = error
      throw error
    }
    if (outcome.kind !== 'pending') return tellOutcome(outcome, call)
    if (!hasCheckpointer(runtime)) {
      await run.jit.abandon(outcome.approval, run.task)
      return tellOutcome({ kind: 'refused', refusal: { code: 'EXPIRED', retryable: true } }, call)
    }
    const pause = await interruptFor(call, outcome.approval)
    if (latch) latch.pause = pause
    throw pause
  } catch (error) {
    if (isFault(error)) {
      run.fail(error)
      if (latch) latch.fault = error
    }
    throw error
  }
}

/** Told to the application and not to the model: the thread belongs to the run that does the call. */
function claimedElsewhere(refusal: NonNullable<LumojitError['refusal']>): LumojitError {
  return new LumojitError(
    'CLAIMED_ELSEWHERE',
    'Another run of this thread does this call, or has just done it.',
    'Read the thread; if it does not go on, wake it again in two minutes. A tool node that executes done calls again has to be replaced by `createJitToolNode`.',
    { refusal },
  )
}
